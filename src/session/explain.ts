import type { Json, Patch } from '../../sandbox/contract.ts';
import type { InvocationRecord, SignInRecord } from './record.ts';

/** Where a part of the principal comes from. */
export interface Origin {
  /** `method`: whoever vouched for the person. `configuration`: base groups and roles. `entra-group`: a group of Entra. */
  readonly kind: 'method' | 'configuration' | 'entra-group' | 'extension';
  /** Name of the method or extension; the name of the group in Entra. */
  readonly name: string;
  /** Hash of the extension; null for all else. */
  readonly version: string | null;
  /** The rule of `mapping` that did it; null for all else. */
  readonly rule: string | null;
}

/** A part of the principal, with where it comes from. */
export interface Explained {
  readonly what: 'username' | 'group' | 'role' | 'claim' | 'home' | 'header';
  readonly name: string;
  /** Undefined for a group or role; null for a claim that was taken away. */
  readonly value?: Json;
  readonly origin: Origin;
  /** What was there before, with where that came from; null when there was nothing. */
  readonly before: Origin | null;
}

/** A sign-in with where everything of its principal comes from. */
export interface Explanation {
  readonly signIn: SignInRecord;
  /** Empty when nobody was recognised. */
  readonly principal: readonly Explained[];
}

/**
 * Tells the story of a sign-in from its record alone: what was decided, by whom, and of every part of the principal whose it
 * is. The record has each patch that was applied, so that nothing is guessed.
 */
export function explainSignIn(signIn: SignInRecord): Explanation {
  return { signIn, principal: signIn.principal ? explainPrincipal(signIn) : [] };
}

interface Applied {
  readonly origin: (target: string) => Origin;
  readonly patch: Patch;
}

/** Patches count only where they were applied: then the principal is the one of the session. */
function appliedIn({ principal, extensions }: SignInRecord): readonly Applied[] {
  if (!principal || !('headers' in principal)) return [];
  return extensions.flatMap((run) => {
    const { mode, patch } = run;
    if (mode !== 'enforce' || patch === null) return [];
    return [{ patch, origin: (target: string) => ofExtension(run, target) }];
  });
}

function ofExtension({ extension, version, rules }: InvocationRecord, target: string): Origin {
  return { kind: 'extension', name: extension, version, rule: rules?.[target] ?? null };
}

function explainPrincipal(record: SignInRecord): readonly Explained[] {
  const applied = appliedIn(record);
  return [
    username(record, applied),
    ...members('group', record, applied),
    ...members('role', record, applied),
    ...claims(record, applied),
    ...added(record, applied),
  ];
}

function methodOf({ method }: SignInRecord): Origin {
  return { kind: 'method', name: method.name, version: null, rule: null };
}

function username(record: SignInRecord, applied: readonly Applied[]): Explained {
  const changed = applied.findLast(({ patch }) => patch.username !== undefined);
  const method = methodOf(record);
  const { username: name = '' } = record.principal ?? {};
  const origin = changed?.origin('username') ?? method;
  return { what: 'username', name, origin, before: changed ? method : null };
}

const MEMBERS = { group: 'groups', role: 'roles' } as const;

/** A group that an extension added and that was there anyway is not the extension's. */
function members(
  what: 'group' | 'role',
  record: SignInRecord,
  applied: readonly Applied[],
): readonly Explained[] {
  const key = MEMBERS[what];
  const held = record.principal?.[key] ?? [];
  return held.map(({ name }) => {
    const adding = applied.find(({ patch }) => patch[key]?.add?.includes(name));
    const own = what === 'group' ? groupOrigin(record, name) : adding ? null : configuration();
    const origin = own ?? adding?.origin(`${key}: ${name}`) ?? configuration();
    return { what, name, origin, before: null };
  });
}

const configuration = (): Origin => ({
  kind: 'configuration',
  name: 'entrada.yaml',
  version: null,
  rule: null,
});

function groupOrigin({ groups }: SignInRecord, name: string): Origin | null {
  if (groups?.base.some((group) => group.name === name)) return configuration();
  if (!groups?.matched.some((group) => group.name === name)) return null;
  return { kind: 'entra-group', name, version: null, rule: null };
}

/** Every claim, and those that extensions took away. */
function claims(record: SignInRecord, applied: readonly Applied[]): readonly Explained[] {
  const held = record.principal?.claims ?? {};
  const touched = applied.flatMap(({ patch }) => Object.keys(patch.claims ?? {}));
  return [...new Set([...Object.keys(held), ...touched])].map((name) => {
    const writing = applied.filter(({ patch }) => Object.hasOwn(patch.claims ?? {}, name));
    const origins = [methodOf(record), ...writing.map(({ origin }) => origin(`claims: ${name}`))];
    const origin = origins.at(-1) ?? methodOf(record);
    const before = writing.length > 0 && wasThere(record, name) ? (origins.at(-2) ?? null) : null;
    return { what: 'claim', name, value: held[name] ?? null, origin, before };
  });
}

/** Whether a claim came from the method, before any extension changed it. */
const wasThere = ({ claimNames }: SignInRecord, name: string): boolean =>
  claimNames?.includes(name) ?? false;

/** What nobody has without extensions. */
function added({ principal }: SignInRecord, applied: readonly Applied[]): readonly Explained[] {
  if (!principal || !('headers' in principal)) return [];
  return applied.flatMap(({ patch, origin }) => [
    ...(patch.home === undefined
      ? []
      : [{ what: 'home', name: patch.home, origin: origin('home'), before: null } as const]),
    ...Object.entries(patch.headers ?? {}).map(
      ([name, value]) =>
        ({
          what: 'header',
          name,
          value,
          origin: origin(`headers: ${name}`),
          before: null,
        }) as const,
    ),
  ]);
}
