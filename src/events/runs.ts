import type { InvocationRecord } from '../extensions/record.ts';
import type { Message, Settlement } from '../store/queue.ts';
import type { Change, Kind, Store } from '../store/store.ts';
import type { Work } from './work.ts';

/** One attempt at one event, kept as long as the record of its sign-in. */
export interface BackgroundRun {
  /** Of the event: its idempotency key. */
  readonly event: string;
  /** Name of the event. */
  readonly name: string;
  readonly attempt: number;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly endedAt: number;
  /** `done`, `waiting` for the next attempt, or `dead`: given up. */
  readonly state: Settlement['state'];
  /** Names of what it left for itself; none when it failed. */
  readonly left: readonly string[];
  readonly run: InvocationRecord;
}

const RUN: Kind<BackgroundRun> = { name: 'background-run', sealed: false, indexes: ['sign-in'] };

/** The change that keeps a run, to be committed with the end of its message. */
export function keepRun(
  { id, attempts }: Message,
  { name, signIn }: Work,
  ended: Pick<BackgroundRun, 'endedAt' | 'state' | 'left' | 'run'>,
  retentionMs: number,
): Change {
  const value: BackgroundRun = { event: id, name, attempt: attempts, ...ended };
  const expiresAt = ended.endedAt + retentionMs;
  const indexes = { 'sign-in': signIn };
  return { op: 'put', kind: RUN, id: `${id} ${attempts}`, value, expiresAt, indexes };
}

/** Runs of a sign-in, in the order in which they ended. */
export async function runsOf(store: Store, signIn: string): Promise<readonly BackgroundRun[]> {
  const found = await store.find(RUN, 'sign-in', signIn);
  return found
    .map(({ value }) => value)
    .toSorted((one, other) => one.endedAt - other.endedAt || one.attempt - other.attempt);
}
