import type { BuiltExtension } from '../load.ts';
import { newRequests } from './requests.ts';

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
}

/**
 * Why a running gateway must not take these versions: one that asks for something new is taken by a start alone, when
 * somebody is there to see it.
 */
export function refusals(
  running: readonly BuiltExtension[],
  next: readonly BuiltExtension[],
): readonly string[] {
  return next.flatMap((after) => {
    const before = running.find(({ name }) => name === after.name);
    // Whoever writes rules has granted what they need.
    if (after.rules) return [];
    return before ? [...asksForMore(before, after), ...otherProcess(before, after)] : [];
  });
}

function asksForMore(before: BuiltExtension, after: BuiltExtension): readonly string[] {
  const asked = newRequests(before.manifest, after.manifest);
  if (asked.length === 0) return [];
  const { name, manifest } = after;
  return [
    `${name} ${manifest.version} asks for what ${before.manifest.version} did not: ${asked.join('; ')}. ` +
      'Restart the gateway to take it.',
  ];
}

/** What a process was started with holds for all versions that have the same hash. */
function otherProcess(before: BuiltExtension, after: BuiltExtension): readonly string[] {
  const same = before.limits.memoryMb === after.limits.memoryMb;
  if (before.id !== after.id || (same && before.dedicated === after.dedicated)) return [];
  return [`${after.name} has another limits.memory or expose now. Restart the gateway to take it.`];
}

/** What is other after the change. */
export function differences(
  running: readonly BuiltExtension[],
  next: readonly BuiltExtension[],
): Pick<Reloaded, 'taken' | 'left'> {
  const before = new Map(running.map(({ name, integrity }) => [name, integrity]));
  const names = new Set(next.map(({ name }) => name));
  return {
    taken: next
      .filter(({ name, integrity }) => before.get(name) !== integrity)
      .map(({ name, integrity, manifest: { version } }) => ({ name, version, integrity })),
    left: [...before.keys()].filter((name) => !names.has(name)),
  };
}
