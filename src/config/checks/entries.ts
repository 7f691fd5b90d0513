import { didYouMean } from '../document/nearest.ts';
import type { Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { Salvaged } from '../document/salvage.ts';
import type { AuthenticationEntry, EntraIdEntry } from '../schema/authentication.ts';
import { quote } from '../document/quote.ts';

/** An entry of a section that others refer to, as far as it is right. */
export interface Referable {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** A method of the chain, as far as it is right. */
export type SoundMethod = NonNullable<Salvaged<AuthenticationEntry>>;

/** A method of `type: entra-id`, as far as it is right. */
export type SoundEntraId = NonNullable<Salvaged<EntraIdEntry>>;

/** True for a method that is none of another type. */
export const isEntraId = (method: SoundMethod): method is SoundEntraId =>
  method.type !== 'extension';

/** @yields The methods of `type: entra-id`, each with its index. */
export function* entraIds({
  authentications,
}: {
  readonly authentications?: readonly (SoundMethod | undefined)[] | undefined;
}): Iterable<readonly [number, SoundEntraId]> {
  for (const [index, method] of present(authentications)) {
    if (isEntraId(method)) yield [index, method];
  }
}

/** @yields What is right of a list, each with its index. */
export function* present<T>(
  list: readonly (T | undefined)[] | undefined,
): Iterable<readonly [number, T]> {
  for (const [index, item] of (list ?? []).entries()) {
    if (item !== undefined) yield [index, item];
  }
}

/** True when every id of a section is known, so that one can say which ones do not exist. */
export function areCertain(section: readonly (Referable | undefined)[] | undefined): boolean {
  return section !== undefined && section.every((entry) => entry?.id !== undefined);
}

/** @yields Ids of a list that no entry of a section has. */
export function* unknownIds(
  path: Path,
  ids: readonly (string | undefined)[] | undefined,
  section: readonly (Referable | undefined)[] | undefined,
  what: string,
): Iterable<Finding> {
  if (!areCertain(section)) return;
  for (const [index, id] of present(ids)) {
    if (section?.some((entry) => entry?.id === id) === true) continue;
    yield {
      code: 'CONFIG_UNKNOWN_REFERENCE',
      path: [...path, index],
      part: id,
      says: (it) => `There is no ${what} with the id ${it}`,
      next: whichId(id, section ?? [], what),
    };
  }
}

function whichId(given: string, section: readonly (Referable | undefined)[], what: string): string {
  const named = section.find((entry) => entry?.name === given);
  if (named?.id !== undefined) {
    return `That is the name of the ${what} with the id ${named.id}: write ${named.id}.`;
  }
  const ids = section.flatMap((entry) => entry?.id ?? []);
  return didYouMean(given, ids) ?? someOf(ids, what);
}

/** @yields Names of a list that no entry of a section has. */
export function* unknownNames(
  path: Path,
  names: readonly (string | undefined)[] | undefined,
  section: readonly (Referable | undefined)[] | undefined,
  what: string,
): Iterable<Finding> {
  if (section === undefined || section.some((entry) => entry?.name === undefined)) return;
  for (const [index, name] of present(names)) {
    if (section.some((entry) => entry?.name === name)) continue;
    yield {
      code: 'CONFIG_UNKNOWN_REFERENCE',
      path: [...path, index],
      part: name,
      says: (it) => `There is no ${what} with the name ${it}`,
      next: whichName(name, section, what),
    };
  }
}

function whichName(
  given: string,
  section: readonly (Referable | undefined)[],
  what: string,
): string {
  const same = section.find((entry) => entry?.id === given);
  if (same?.name !== undefined) {
    return `That is the id of the ${what} with the name ${quote(same.name)}: write its name.`;
  }
  const names = section.flatMap((entry) => entry?.name ?? []);
  return didYouMean(given, names) ?? someOf(names, what);
}

/** A long list helps nobody. */
const MOST_LISTED = 8;

function someOf(words: readonly string[], what: string): string {
  if (words.length === 0) return `This file defines no ${what}.`;
  const more = words.length > MOST_LISTED ? ', …' : '';
  return `This file has ${words.slice(0, MOST_LISTED).map(quote).join(', ')}${more}.`;
}

/** A value that must be there once. */
export interface Unique {
  readonly path: Path;
  readonly value: string | undefined;
}

/** @yields Second and later entries that use a value which must be there once. */
export function* duplicates(uniques: Iterable<Unique>, what: string): Iterable<Finding> {
  const seen = new Set<string>();
  for (const { path, value } of uniques) {
    if (value === undefined) continue;
    if (seen.has(value)) yield duplicate(path, what);
    seen.add(value);
  }
}

function duplicate(path: Path, what: string): Finding {
  return {
    code: 'CONFIG_DUPLICATE',
    path,
    says: (it) => `Another entry has the ${what} ${it}`,
    next: `Give each its own ${what}, or remove one of them.`,
  };
}
