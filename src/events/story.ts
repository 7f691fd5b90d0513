import type { Store } from '../store/store.ts';
import type { EventSummary } from './desk.ts';
import { type BackgroundRun, runsOf } from './runs.ts';

/** What became of one event of a sign-in, with every attempt at it. */
export interface ToldEvent {
  /** Also its idempotency key. */
  readonly id: string;
  readonly extension: string;
  readonly name: string;
  /** `discarded`: it was given up, and is not there any more. */
  readonly state: EventSummary['state'] | 'done' | 'discarded';
  /** When it is tried next; null when it is not. Unit: milliseconds since 1970-01-01 UTC. */
  readonly dueAt: number | null;
  readonly runs: readonly BackgroundRun[];
}

/**
 * What was, is and will be done in the background for a sign-in: from the runs that are kept, and from what still waits.
 *
 * @param there Events of the sign-in that are not done.
 */
export async function tellStory(
  store: Store,
  signIn: string,
  there: readonly EventSummary[],
): Promise<readonly ToldEvent[]> {
  const byEvent = Map.groupBy(await runsOf(store, signIn), ({ event }) => event);
  const over = [...byEvent.keys()].filter((id) => !there.some((one) => one.id === id));
  return [
    ...over.flatMap((id) => eventOver(id, byEvent.get(id) ?? [])),
    ...there.map((one) => eventThere(one, byEvent.get(one.id) ?? [])),
  ];
}

function eventOver(id: string, runs: readonly BackgroundRun[]): readonly ToldEvent[] {
  const last = runs.at(-1);
  if (!last) return [];
  const { name, run } = last;
  const state = last.state === 'done' ? 'done' : 'discarded';
  return [{ id, extension: run.extension, name, state, dueAt: null, runs }];
}

function eventThere(
  { id, extension, name, state, dueAt }: EventSummary,
  runs: readonly BackgroundRun[],
): ToldEvent {
  return { id, extension, name, state, dueAt: state === 'dead' ? null : dueAt, runs };
}
