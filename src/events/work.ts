import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { EnqueueCall, Failure, WorkEvent } from '../../sandbox/contract.ts';
import { FAILURE_KINDS } from '../config/failure-policy.ts';
import type { Schedule } from '../extensions/cron.ts';
import type { NewMessage } from '../store/queue.ts';
import type { Change } from '../store/store.ts';

/** Whose tokens work in the background gets. */
export type TokensOfWork =
  /** Those of a session, while it may have them. */
  | { readonly of: 'session'; readonly session: string; readonly until: number }
  /** Those of the application itself. */
  | { readonly of: 'application' }
  /** None any more: the session is over. */
  | { readonly of: 'ended' }
  /** None: there never were any. */
  | { readonly of: 'nobody' };

/** What one extension is to do in the background: the value of a message. */
export interface Work {
  readonly hook: 'event' | 'schedule';
  /** Of the event; `schedule` for a schedule. */
  readonly name: string;
  /** What the hook is told, without what every run adds. */
  readonly told: object;
  /** Id of the sign-in that it came of, or its own: for lines of the log. */
  readonly signIn: string;
  /** Id of the method whose proxy and tokens it uses. */
  readonly method: string;
  readonly tokens: TokensOfWork;
  /** Of a schedule: what it followed when it was put there. */
  readonly schedule?: Schedule | undefined;
}

const WORK: z.ZodType<Work> = z.object({
  hook: z.enum(['event', 'schedule']),
  name: z.string(),
  told: z.looseObject({}),
  signIn: z.string(),
  method: z.string(),
  tokens: z.discriminatedUnion('of', [
    z.object({ of: z.literal('session'), session: z.string(), until: z.number() }),
    z.object({ of: z.literal('application') }),
    z.object({ of: z.literal('ended') }),
    z.object({ of: z.literal('nobody') }),
  ]),
  schedule: z.object({ cron: z.string(), timezone: z.string() }).optional(),
});

/** Reads the value of a message; undefined when it is none of ours. */
export function readWork(value: unknown): Work | undefined {
  const read = WORK.safeParse(value);
  return read.success ? read.data : undefined;
}

const FAILURE: z.ZodType<Failure> = z.object({
  kind: z.enum(FAILURE_KINDS),
  code: z.string(),
  message: z.string(),
  frames: z.array(
    z.object({
      file: z.string(),
      line: z.number(),
      column: z.number(),
      function: z.string().exactOptional(),
    }),
  ),
});

/** Reads what is kept of the last failure; null when there is none. */
export function readFailure(value: unknown): Failure | null {
  const read = FAILURE.safeParse(value);
  return read.success ? read.data : null;
}

/** Where a message belongs. */
export interface Address {
  /** Also the idempotency key. Begins with the id of what it came of, and a dot. */
  readonly id: string;
  /** Name of the extension. */
  readonly extension: string;
  /** Work of one extension and one lane is done one after the other; null: whenever there is room. */
  readonly lane: string | null;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly dueAt: number;
}

/** The change that writes work down. */
export function toChange({ id, extension, lane, dueAt }: Address, work: Work): Change {
  const message: NewMessage = {
    id,
    queue: extension,
    lane: lane === null ? id : `${extension} ${lane}`,
    subject: work.tokens.of === 'session' ? work.tokens.session : null,
    value: work,
    dueAt,
  };
  return { op: 'append', message };
}

/** What work came of that an extension left for itself. */
export interface Source extends Pick<Work, 'signIn' | 'method' | 'tokens'> {
  readonly extension: string;
  /** Id of the session; null when there is none. */
  readonly session: string | null;
  /** It is itself what an extension left for itself. */
  readonly isWork: boolean;
  /** Of the hook that left it: tells what follows from it. */
  readonly about: Pick<WorkEvent, 'signIn' | 'principal'>;
}

/** Work that comes of work begins so much later: what leaves itself for ever must not keep a gateway busy. */
const WORK_OF_WORK_S = 1;

/** The change that writes down what an extension leaves for itself. */
export function toOwnChange(
  { event, payload, delay: asked = 0 }: EnqueueCall,
  { extension, session, about, isWork, ...rest }: Source,
  now: number,
): Change {
  const delay = Math.max(asked, isWork ? WORK_OF_WORK_S : 0);
  const told = { ...about, name: event, at: now, payload };
  // What waits for its own time holds up nothing else of its session.
  const lane = asked > 0 ? null : session;
  const id = `${rest.signIn}.${event}.${extension}.${randomUUID()}`;
  const address = { id, extension, lane };
  return toChange(
    { ...address, dueAt: now + delay * 1000 },
    { hook: 'event', name: event, told, ...rest },
  );
}
