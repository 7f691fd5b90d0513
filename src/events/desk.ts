import type { Failure } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Message, Queue } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { tellStory, type ToldEvent } from './story.ts';
import { readFailure, readWork, type Work } from './work.ts';

/** An event or a run of a schedule, for one extension, as an operator sees it. */
export interface EventSummary {
  /** Also its idempotency key. */
  readonly id: string;
  readonly extension: string;
  /** `schedule` for a run of a schedule. */
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'dead';
  /** Id of the sign-in that it came of; its own where there is none. */
  readonly signIn: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  /** When it is tried next; since when it is dead. Unit: milliseconds since 1970-01-01 UTC. */
  readonly dueAt: number;
  readonly attempts: number;
  /** Null before the first. */
  readonly failure: Failure | null;
}

/** All that is known of one; tokens by whose they are, never themselves. */
export interface EventDetails extends EventSummary {
  readonly tokens: Work['tokens']['of'];
  readonly method: string;
  /** What the extension is told. */
  readonly event: object;
}

/** Which events are looked at. */
export interface EventFilter {
  readonly extension?: string;
  readonly state?: Message['state'];
}

/** What an operator does with events that wait or are dead. */
export interface EventDesk {
  /** In the order in which they were written down. */
  list(
    filter: EventFilter & { readonly after?: string; readonly limit: number },
  ): Promise<readonly EventSummary[]>;
  show(id: string): Promise<EventDetails | undefined>;
  /** What was, is and will be done for a sign-in. */
  ofSignIn(id: string): Promise<readonly ToldEvent[]>;
  /** It is tried again now, as if it had never failed; false when there is none, or it runs. */
  replay(id: string): Promise<boolean>;
  /** All dead ones, or those of an extension; answers how many. */
  replayDead(extension?: string): Promise<number>;
  discard(id: string): Promise<boolean>;
  discardDead(extension?: string): Promise<number>;
  /** How many there are, for metrics. */
  count(state: Message['state']): Promise<number>;
}

/** What a desk works on. */
export interface EventDeskDeps {
  readonly store: Store;
  readonly sessions: Pick<Sessions, 'release'>;
  readonly clock: Clock;
}

/** Far more than a sign-in has. */
const MOST_OF_SIGN_IN = 1_000;

/** Messages that are looked at together. */
const PAGE = 200;

/** Makes a desk. It needs no extensions: what waits can be looked at with `--extensions=off`, too. */
export function createEventDesk({ store, sessions, clock }: EventDeskDeps): EventDesk {
  const { queue } = store;
  const discard = async (id: string): Promise<boolean> => {
    const message = await queue.get(id);
    const discarded = await queue.discard(id);
    if (discarded && message?.subject) await sessions.release(message.subject);
    return discarded;
  };
  return {
    async list({ extension, ...page }) {
      const found = await queue.list({
        ...page,
        ...(extension !== undefined && { queue: extension }),
      });
      return found.map((message) => summaryOf(message, clock()));
    },
    async show(id) {
      const message = await queue.get(id);
      return message && detailsOf(message, clock());
    },
    async ofSignIn(id) {
      const there = await queue.startingWith(`${id}.`, MOST_OF_SIGN_IN);
      return tellStory(
        store,
        id,
        there.map((message) => summaryOf(message, clock())),
      );
    },
    replay: (id) => queue.replay(id),
    replayDead: (extension) => eachDead(queue, extension, (id) => queue.replay(id)),
    discard,
    discardDead: (extension) => eachDead(queue, extension, discard),
    async count(state) {
      const counts = await queue.count();
      return counts.reduce((sum, one) => sum + (one.state === state ? one.count : 0), 0);
    },
  };
}

/** Page by page, from the first again: what was done is dead no more. */
async function eachDead(
  queue: Queue,
  extension: string | undefined,
  act: (id: string) => Promise<boolean>,
): Promise<number> {
  const of = extension === undefined ? {} : { queue: extension };
  const dead = await queue.list({ ...of, state: 'dead', limit: PAGE });
  const acted = await Promise.all(dead.map(({ id }) => act(id)));
  const count = acted.filter(Boolean).length;
  if (dead.length < PAGE || count === 0) return count;
  return count + (await eachDead(queue, extension, act));
}

function summaryOf(message: Message, now: number): EventSummary {
  const { id, queue, state, heldUntil, createdAt, dueAt, attempts, failure } = message;
  const work = readWork(message.value);
  return {
    id,
    extension: queue,
    name: work?.name ?? '',
    state: state === 'waiting' && heldUntil > now ? 'running' : state,
    signIn: work?.signIn ?? '',
    createdAt,
    dueAt,
    attempts,
    failure: readFailure(failure),
  };
}

function detailsOf(message: Message, now: number): EventDetails {
  const { tokens = { of: 'nobody' }, method = '', told = {} } = readWork(message.value) ?? {};
  return { ...summaryOf(message, now), tokens: tokens.of, method, event: told };
}
