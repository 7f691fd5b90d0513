import { shortfalls } from '../grant.ts';
import type { BuiltExtension } from '../load.ts';
import type { PreparedExtensions } from '../prepare.ts';
import { newRequests, requestLines } from './requests.ts';

/** What came of asking a running gateway to take what is approved now. */
export interface Reloaded {
  /** False when it goes on as before. */
  readonly ok: boolean;
  /** Versions that run since then, and did not before. */
  readonly taken: readonly Version[];
  /** Names of extensions that run no more. */
  readonly left: readonly string[];
  /** Why nothing was taken, in sentences. */
  readonly refused: readonly string[];
}

/** A version of an extension. */
export interface Version {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  /** What it asks for and the one before it did not. */
  readonly asks: readonly string[];
}

/** What is approved now, as a gateway that runs reads it. */
export interface PreparedAgain extends PreparedExtensions {
  /** The configuration is another one beside extensions and rules, too: a start alone takes that. */
  readonly otherwise: boolean;
}

/**
 * Why a running gateway must not take these versions. One that asks for more than the one before is taken when the operator
 * said yes to it twice: approved it by its hash, and granted what it asks for, in the file as it is now. Whatever else of the
 * file that may rest on has to be what the gateway was started with.
 */
export function refusals(
  running: readonly BuiltExtension[],
  { extensions, otherwise }: Pick<PreparedAgain, 'extensions' | 'otherwise'>,
): readonly string[] {
  return extensions.flatMap((after) => {
    const before = running.find(({ name }) => name === after.name);
    // Whoever writes rules has granted what they need.
    if (after.rules) return [];
    return before ? [...asksForMore(before, after, otherwise), ...otherProcess(before, after)] : [];
  });
}

function asksForMore(
  before: BuiltExtension,
  after: BuiltExtension,
  otherwise: boolean,
): readonly string[] {
  const asked = newRequests(before.manifest, after.manifest);
  const why = asked.length === 0 ? undefined : missingFor(before, after, otherwise);
  if (why === undefined) return [];
  const { name, manifest } = after;
  return [
    `${name} ${manifest.version} asks for what ${before.manifest.version} did not: ${asked.join('; ')}. ${why}`,
  ];
}

/** What has to be done before a version may have more than the one before. */
function missingFor(
  before: BuiltExtension,
  after: BuiltExtension,
  otherwise: boolean,
): string | undefined {
  const { name, config, integrity, manifest } = after;
  if (config.integrity !== integrity)
    return `Nobody approved it: run entrada extension approve ${name}.`;
  const known = shortfalls(before.manifest, config.grant).map(({ what }) => what);
  const short = shortfalls(manifest, config.grant).filter(({ what }) => !known.includes(what));
  if (short.length > 0)
    return (
      `entrada.yaml does not grant it: ${short.map(({ what }) => what).join('; ')}. ` +
      `Write that under its grant and run entrada extension approve ${name} again, or restart the gateway to run it without.`
    );
  if (otherwise)
    return 'entrada.yaml changed beside extensions, too, and what this rests on may be among that. Restart the gateway to take it.';
  return undefined;
}

/** What a process was started with holds for all versions that have the same hash. */
function otherProcess(before: BuiltExtension, after: BuiltExtension): readonly string[] {
  const same =
    before.limits.memoryMb === after.limits.memoryMb &&
    before.dedicated === after.dedicated &&
    before.owner === after.owner;
  if (before.id !== after.id || same) return [];
  return [
    `${after.name} has another owner, limits.memory or expose now. Restart the gateway to take it.`,
  ];
}

/** What is other after the change. */
export function differences(
  running: readonly BuiltExtension[],
  next: readonly BuiltExtension[],
): Pick<Reloaded, 'taken' | 'left'> {
  const before = new Map(running.map((extension) => [extension.name, extension]));
  const names = new Set(next.map(({ name }) => name));
  return {
    taken: next
      .filter(({ name, integrity }) => before.get(name)?.integrity !== integrity)
      .map((after) => toVersion(after, before.get(after.name))),
    left: [...before.keys()].filter((name) => !names.has(name)),
  };
}

function toVersion(
  { name, integrity, manifest }: BuiltExtension,
  before: BuiltExtension | undefined,
): Version {
  const asks = before ? newRequests(before.manifest, manifest) : requestLines(manifest);
  return { name, version: manifest.version, integrity, asks };
}
