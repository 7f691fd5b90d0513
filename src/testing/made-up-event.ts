import { randomUUID } from 'node:crypto';

import type {
  EnqueueCall,
  SessionEnded,
  SignIn,
  SignInRefused,
  SignInSucceeded,
  WorkEvent,
} from '../../sandbox/contract.ts';
import type { HookRun } from '../extensions/invoke.ts';
import type { TokenSource } from '../extensions/broker/handles.ts';
import { leaseOver } from '../session/token-keeper.ts';
import type { MadeUpSignIn } from './made-up.ts';

/** Names of events that the gateway tells of. */
type GatewayEvent = keyof Events;

/** Names of events: those of the gateway, and work that an extension leaves for itself. */
export type EventName = GatewayEvent | `work.${string}`;

interface Events {
  readonly 'signIn.succeeded': SignInSucceeded;
  readonly 'signIn.denied': SignInRefused;
  readonly 'signIn.failed': SignInRefused;
  readonly 'session.ended': SessionEnded;
}

/** What a test says of an event: a made-up sign-in, and what the event has besides; all else is filled in. */
export type MadeUpEvent<Name extends EventName> = Name extends GatewayEvent
  ? Omit<MadeUpSignIn, 'principal'> &
      Pick<Events[Name], 'principal'> &
      Partial<Omit<Events[Name], keyof SignIn | 'name'>>
  : Partial<Pick<WorkEvent, 'at' | 'payload' | 'signIn' | 'principal'>>;

/** What a test says of the attempt. */
export interface MadeUpAttempt {
  /** Default 1. */
  readonly attempt?: number;
  /** Default: made up. The same one for what is told again. */
  readonly idempotencyKey?: string;
}

/** What a run in the background leaves behind. */
export interface Enqueues {
  /** What it left for itself; none when it failed. */
  readonly enqueued: readonly EnqueueCall[];
}

const REFUSED = { code: 'SIGN_IN_DENIED', denial: null, message: null, reason: null } as const;

/** What an event has that no sign-in has. */
const DEFAULTS: { readonly [name in GatewayEvent]: object } = {
  'signIn.succeeded': {},
  'signIn.denied': REFUSED,
  'signIn.failed': { ...REFUSED, code: 'SIGN_IN_EXTENSION_FAILED' },
  'session.ended': { reason: 'sign_out', by: null },
};

/** The run of a hook over a made-up event. */
export function madeUpRun<Name extends EventName>(
  name: Name,
  event: MadeUpEvent<Name>,
  { attempt = 1, idempotencyKey = `${randomUUID()}.${name}` }: MadeUpAttempt,
  now: number,
): Omit<HookRun, 'clients' | 'tokens' | 'sessions'> {
  const known = isOfGateway(name)
    ? { ...DEFAULTS[name], ...(name === 'session.ended' ? { since: now } : { shared: {} }) }
    : { payload: null, signIn: null, principal: null };
  const told = { at: now, ...known, ...event, name };
  const signIn = 'id' in event ? event.id : idempotencyKey;
  return { hook: 'event', name, told, attempt, idempotencyKey, signIn };
}

/** The run of `schedule` at a time. */
export function madeUpScheduledRun(
  at: number,
  { attempt = 1, idempotencyKey = `schedule.${new Date(at).toISOString()}` }: MadeUpAttempt,
): Omit<HookRun, 'clients' | 'tokens'> {
  return { hook: 'schedule', told: { at }, attempt, idempotencyKey, signIn: idempotencyKey };
}

/** A session that has ended has no tokens any more. */
export function tokensFor(name: EventName, tokens: TokenSource): TokenSource {
  return name === 'session.ended' ? { token: () => Promise.reject(leaseOver()) } : tokens;
}

function isOfGateway(name: EventName): name is GatewayEvent {
  return Object.hasOwn(DEFAULTS, name);
}
