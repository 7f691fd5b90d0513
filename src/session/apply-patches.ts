import type { Json, Patch, Principal } from '../../sandbox/contract.ts';
import type { Config } from '../config/config.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { checkUsername } from '../principal/username.ts';
import type { SessionPrincipal } from './session.ts';

/** A patch, with whose it is. */
export interface NamedPatch {
  readonly extension: string;
  readonly patch: Patch;
}

/** What extensions made of a principal, or why it cannot stand. */
export type Patched =
  | {
      readonly ok: true;
      readonly principal: SessionPrincipal;
      /** Lifetimes that were asked for; the shortest of each. Unit: milliseconds. */
      readonly lifetimes: { readonly idleMs?: number; readonly absoluteMs?: number };
    }
  | { readonly ok: false; readonly extension: string; readonly why: string };

/** Applies patches in order and checks the result as if it came from outside, which it does. */
export function applyPatches(
  principal: Principal,
  patches: readonly NamedPatch[],
  config: Pick<Config, 'groups' | 'roles'>,
): Patched {
  let patched: SessionPrincipal = { ...principal, home: null, headers: {} };
  for (const { extension, patch } of patches) {
    const why = faultOf(patch, config);
    if (why !== undefined) return { ok: false, extension, why };
    patched = applyOne(patched, patch, config);
  }
  return {
    ok: true,
    // What no patch touched is frozen already.
    principal: deepFreeze(patches.length === 0 ? patched : structuredClone(patched)),
    lifetimes: shortest(patches.map(({ patch }) => patch.session ?? {})),
  };
}

function faultOf(
  patch: Patch,
  { groups, roles }: Pick<Config, 'groups' | 'roles'>,
): string | undefined {
  const name = patch.username === undefined ? undefined : checkUsername(patch.username);
  if (name && !name.ok) return name.why;
  if (patch.home !== undefined && !isBelow(patch.home))
    return 'the home folder is not a path below another';
  const unknown = [
    ...missing('group', patch.groups?.add, groups),
    ...missing('role', patch.roles?.add, roles),
  ];
  return unknown[0];
}

function missing(
  what: string,
  names: readonly string[] | undefined,
  entries: readonly { readonly name: string; readonly enabled: boolean }[],
): readonly string[] {
  return (names ?? [])
    .filter((name) => !entries.some((entry) => entry.enabled && entry.name === name))
    .map((name) => `there is no enabled ${what} named ${name}`);
}

/** A relative path that stays where it is put: no empty part, no dots, no backslash. */
function isBelow(path: string): boolean {
  return (
    !path.includes('\\') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

function applyOne(
  principal: SessionPrincipal,
  patch: Patch,
  { groups, roles }: Pick<Config, 'groups' | 'roles'>,
): SessionPrincipal {
  return {
    ...principal,
    username: patch.username ?? principal.username,
    groups: change(principal.groups, patch.groups, groups),
    roles: change(principal.roles, patch.roles, roles),
    claims: withoutNulls({ ...principal.claims, ...patch.claims }),
    home: patch.home ?? principal.home,
    headers: { ...principal.headers, ...lowerCase(patch.headers ?? {}) },
  };
}

type Entry = { readonly id: string; readonly name: string };

function change(
  held: readonly Entry[],
  changes: Patch['groups'],
  configured: readonly Entry[],
): readonly Entry[] {
  const kept = held.filter(({ name }) => !changes?.remove?.includes(name));
  const added = (changes?.add ?? [])
    .filter((name) => !kept.some((entry) => entry.name === name))
    .flatMap((name) => configured.filter((entry) => entry.name === name));
  return [...kept, ...added.map(({ id, name }) => ({ id, name }))];
}

function withoutNulls(claims: { readonly [name: string]: Json }): {
  readonly [name: string]: Json;
} {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}

function lowerCase(headers: { readonly [name: string]: string }): {
  readonly [name: string]: string;
} {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function shortest(asked: readonly NonNullable<Patch['session']>[]): {
  readonly idleMs?: number;
  readonly absoluteMs?: number;
} {
  const idle = asked.flatMap((one) => one.idle ?? []);
  const absolute = asked.flatMap((one) => one.absolute ?? []);
  return {
    ...(idle.length > 0 && { idleMs: Math.min(...idle) * 1000 }),
    ...(absolute.length > 0 && { absoluteMs: Math.min(...absolute) * 1000 }),
  };
}
