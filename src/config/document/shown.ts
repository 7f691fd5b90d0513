import type { Finding } from './finding.ts';
import type { KeyNames } from './key-names.ts';
import { mask } from './mask.ts';
import { formatPath, valueAt, type Path } from './path.ts';
import { quote } from './quote.ts';
import type { YamlSource } from './yaml-source.ts';

/** A document, and what must be known of it to report on it without showing a secret. */
export interface Reading {
  readonly source: YamlSource;
  readonly names: KeyNames;
  /** What the file says where a value came from elsewhere, by formatted path. */
  readonly written: ReadonlyMap<string, string>;
}

/** What stands for the wrong part in a message: the part itself, unless it is secret or came from elsewhere. */
export function shown(reading: Reading, finding: Finding): string {
  const { path, at, part } = finding;
  const { secret } = reading.names;
  if (at === 'key') return quote(mask(String(shownPath(reading, finding).at(-1)), secret));
  if (isBelowSecret(reading, path)) return 'the value';
  const value = part ?? valueAt(reading.source.value, path);
  const written = writtenAt(reading, path);
  if (written !== undefined && !written.includes(String(part))) return quote(mask(written, secret));
  if (typeof value === 'string') return quote(mask(value, secret));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'this';
}

/** True when the value itself may be shown. */
export function isShown(reading: Reading, { path }: Finding): boolean {
  return !isBelowSecret(reading, path) && writtenAt(reading, path) === undefined;
}

function isBelowSecret({ names }: Reading, path: Path): boolean {
  return path.some((step) => names.secret.has(String(step)));
}

/** The path of a finding, without a key that may be a part of a value. */
export function shownPath(reading: Reading, finding: Finding): Path {
  const { path } = finding;
  return isUnknownKey(finding) && !isPlainKey(reading, path) ? [...path.slice(0, -1), '…'] : path;
}

/** The text of the file for a value that came from elsewhere, whole or as one item of a list. */
function writtenAt({ written }: Reading, path: Path): string | undefined {
  const ways = path.map((_, index) => formatPath(path.slice(0, index + 1)));
  return ways.map((way) => written.get(way)).find((text) => text !== undefined);
}

/** True for a finding that points at a key which nobody knows. */
export function isUnknownKey({ code, at }: Finding): boolean {
  return at === 'key' && (code === 'CONFIG_UNKNOWN_KEY' || code === 'CONFIG_NOT_AVAILABLE');
}

/** False for what is hardly a key, as the second half of `{ password: one,two }`. */
export function isPlainKey({ source }: Reading, path: Path): boolean {
  return /^[\w.-]{1,40}$/.test(String(path.at(-1))) && valueAt(source.value, path) !== null;
}
