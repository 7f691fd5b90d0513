import type { Change } from './store.ts';

/** A message, as it is put into a queue: with a commit, so that it is there exactly when what caused it is. */
export interface NewMessage {
  /** Tells it from every other. Nothing happens where a message of this id is there already. */
  readonly id: string;
  /** Who is to have it. */
  readonly queue: string;
  /** Messages of one lane are handed over one after the other, in the order of their commits. */
  readonly lane: string;
  /** What it is about: messages can be counted by it. Stored in clear. */
  readonly subject: string | null;
  /** JSON; encrypted at rest. */
  readonly value: unknown;
  /** Not handed over before. Unit: milliseconds since 1970-01-01 UTC. */
  readonly dueAt: number;
}

/** A message that is kept until it was taken. */
export interface Message {
  readonly id: string;
  readonly queue: string;
  readonly lane: string;
  readonly subject: string | null;
  /** Undefined when no configured key opens it. */
  readonly value: unknown;
  /** `dead`: nobody is given it any more, until it is replayed. */
  readonly state: 'waiting' | 'dead';
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  /** When it is handed over, or since when it is dead. Unit: milliseconds since 1970-01-01 UTC. */
  readonly dueAt: number;
  /** How often it was handed over. */
  readonly attempts: number;
  /** How often that failed, since it was put there or replayed. */
  readonly failures: number;
  /** Until when nobody else is given it; in the past when nobody has it. Unit: milliseconds since 1970-01-01 UTC. */
  readonly heldUntil: number;
  /** What was said of the last failure; null before the first. */
  readonly failure: unknown;
}

/** What becomes of a message after it was handed over. */
export type Settlement =
  | { readonly state: 'done' }
  /** Again, not before `dueAt`. What follows it in its lane waits with it. */
  | {
      readonly state: 'waiting';
      readonly dueAt: number;
      /** Left out: nothing failed, it was only not the time for it. */
      readonly failure?: unknown;
    }
  | { readonly state: 'dead'; readonly failure: unknown };

/** How messages are asked for. */
export interface Claim {
  /** Names who asks: nobody else may settle what it is given. */
  readonly holder: string;
  /** Until then nobody else is given them. Unit: milliseconds since 1970-01-01 UTC. */
  readonly heldUntil: number;
  readonly limit: number;
}

/** Which messages are listed. */
export interface MessagePage {
  readonly state?: Message['state'];
  readonly queue?: string;
  /** Id of the last one of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/**
 * Messages that wait to be handed over, at least once each. Several processes take from one queue: what one of them holds,
 * no other is given before its time is over.
 *
 * @throws {StoreError} as the store does.
 */
export interface Queue {
  /**
   * Messages that are due, oldest first, each the first of its lane. One that no key opens is dead from then on, and the
   * next one comes in its place at the next call.
   */
  claim(queue: string, claim: Claim): Promise<readonly Message[]>;
  /** Holds messages for longer. Answers those that the holder still has. */
  extend(holder: string, ids: readonly string[], heldUntil: number): Promise<readonly string[]>;
  /**
   * Says what became of a message, and commits other changes with it. False, and nothing is changed, when the holder has
   * it no more.
   */
  settle(
    id: string,
    holder: string,
    settlement: Settlement,
    changes?: readonly Change[],
  ): Promise<boolean>;
  get(id: string): Promise<Message | undefined>;
  /** In the order of their commits. */
  list(page: MessagePage): Promise<readonly Message[]>;
  /** Those whose id begins so, in the order of their commits. */
  startingWith(prefix: string, limit: number): Promise<readonly Message[]>;
  /** A dead message waits again, as if it had never failed; one that waits is due now. False when there is none. */
  replay(id: string): Promise<boolean>;
  /** False when there is none. */
  discard(id: string): Promise<boolean>;
  /** Removes messages that died before a time; answers how many. */
  bury(before: number): Promise<number>;
  /** By queue and state. */
  count(): Promise<readonly MessageCount[]>;
  /** How many wait that are about something. */
  waitingFor(subject: string): Promise<number>;
}

/** How many messages of a queue are in a state. */
export interface MessageCount {
  readonly queue: string;
  readonly state: Message['state'];
  readonly count: number;
}
