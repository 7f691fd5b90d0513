import { randomUUID } from 'node:crypto';

import type { Failure } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import type { InvocationRecord } from '../extensions/record.ts';
import type { Message, Queue, Settlement } from '../store/queue.ts';
import type { Change } from '../store/store.ts';
import { settlementFor } from './settlement.ts';

/** What came of an attempt. */
export interface Handled {
  /** Null: it went well. */
  readonly failure: Failure | null;
  /** Committed with the end of the message. */
  readonly changes: readonly Change[];
  /** What ran; left out where nothing did. */
  readonly run?: InvocationRecord;
  /** Names of what it left for itself. */
  readonly left?: readonly string[];
}

/** An attempt that was settled, for the log. */
export interface Settled extends Pick<Handled, 'failure'> {
  readonly message: Message;
  readonly settlement: Settlement;
  readonly durationMs: number;
}

/** What a dispatcher works with. */
export interface DispatcherDeps {
  readonly queue: Pick<Queue, 'claim' | 'extend' | 'settle'>;
  readonly clock: Clock;
  /** Queues that can be served now. */
  readonly queues: () => readonly string[];
  /** How many may run at the same time, as things are now. */
  readonly room: () => number;
  /** Makes one attempt. */
  readonly handle: (message: Message) => Promise<Handled>;
  /** What else follows from the way in which a message is settled; may change that way. Default: nothing. */
  readonly conclude?: (message: Message, settlement: Settlement, handled: Handled) => Conclusion;
  /** Hears of every attempt that was settled. */
  readonly settled: (settled: Settled) => Promise<void> | void;
  /** Hears what broke in the gateway itself. */
  readonly broken: (error: unknown) => void;
  /** Unit: milliseconds. Default 30 seconds; extended while an attempt runs. */
  readonly leaseMs?: number;
  /** How long an attempt under way may go on when the gateway ends. Unit: milliseconds. Default 5 seconds. */
  readonly graceMs?: number;
  /** How often is looked for what is due. Unit: milliseconds. Default 250. */
  readonly pollMs?: number;
}

/** How a message is settled, and what is committed with that. */
export interface Conclusion {
  readonly settlement: Settlement;
  readonly changes: readonly Change[];
}

/** After a look that failed. Unit: milliseconds. */
const PAUSE_MS = 5_000;

/** Of one queue at the same time: nobody takes all the room. */
const SHARE = 2;

/**
 * Takes messages that are due, hands each over, and settles it. Who is killed leaves leases behind that end by themselves:
 * then somebody else makes the next attempt, with the same idempotency key.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #deps: DispatcherDeps;
  readonly #holder: string = randomUUID();
  readonly #leaseMs: number;
  readonly #running = new Map<string, { readonly queue: string; readonly end: Promise<void> }>();
  readonly #timers: readonly NodeJS.Timeout[];
  #looking: Promise<number> | undefined;
  #turn = 0;
  #closed = false;
  /** By the clock of the process. Unit: milliseconds. */
  #pausedUntil = 0;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#leaseMs = deps.leaseMs ?? 30_000;
    this.#timers = [
      setInterval(() => this.#poll(), deps.pollMs ?? 250).unref(),
      setInterval(() => void this.#extend().catch(deps.broken), this.#leaseMs / 3).unref(),
    ];
  }

  /** Resolves when nothing is under way and nothing is due that there is room for. */
  async idle(): Promise<void> {
    await this.#looking; // it may have begun before what is asked about was there
    const taken = await this.#look();
    const ends = [...this.#running.values()].map(({ end }) => end);
    if (taken === 0 && ends.length === 0) return;
    await Promise.all(ends);
    await this.idle();
  }

  /** Takes nothing more, waits a little for what is under way, and lets others have the rest at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#looking?.catch(() => 0);
    const ends = Promise.all([...this.#running.values()].map(({ end }) => end));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#deps.graceMs ?? 5_000);
    await Promise.race([ends, late]);
    clearTimeout(timer);
    await Promise.all([...this.#running.keys()].map((id) => this.#letGo(id)));
  }

  /** While the store does not answer, not every look needs a line in the log. */
  #poll(): void {
    if (this.#closed || performance.now() < this.#pausedUntil) return;
    this.#look().catch((error: unknown) => {
      this.#pausedUntil = performance.now() + PAUSE_MS;
      this.#deps.broken(error);
    });
  }

  /** Takes what is due and there is room for; answers how many. */
  #look(): Promise<number> {
    this.#looking ??= this.#takeFromAll().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #takeFromAll(): Promise<number> {
    let taken = 0;
    for (const queue of this.#inTurn()) {
      // oxlint-disable-next-line no-await-in-loop -- what one queue takes is room that the next one does not have
      taken += await this.#takeFrom(queue);
    }
    return taken;
  }

  /** Each time another one comes first. */
  #inTurn(): readonly string[] {
    const queues = this.#deps.queues();
    const first = this.#turn++ % Math.max(1, queues.length);
    return [...queues.slice(first), ...queues.slice(0, first)];
  }

  async #takeFrom(name: string): Promise<number> {
    const own = [...this.#running.values()].filter(({ queue }) => queue === name).length;
    const limit = Math.min(SHARE - own, this.#deps.room() - this.#running.size);
    if (limit <= 0 || this.#closed) return 0;
    const heldUntil = this.#deps.clock() + this.#leaseMs;
    const claim = { holder: this.#holder, heldUntil, limit };
    const messages = await this.#deps.queue.claim(name, claim);
    const others = messages.filter(({ id }) => !this.#running.has(id));
    for (const message of others) this.#begin(message);
    return others.length;
  }

  #begin(message: Message): void {
    const end = this.#attempt(message)
      .catch(this.#deps.broken)
      .finally(() => {
        this.#running.delete(message.id);
        this.#poll();
      });
    this.#running.set(message.id, { queue: message.queue, end });
  }

  async #attempt(message: Message): Promise<void> {
    const before = performance.now();
    const handled = await this.#handle(message);
    const { failure, changes } = handled;
    const now = this.#deps.clock();
    const first = settlementFor(message, failure, now);
    const { conclude } = this.#deps;
    const concluded = conclude?.(message, first, handled) ?? { settlement: first, changes: [] };
    const { settlement } = concluded;
    const all = [...(failure ? [] : changes), ...concluded.changes];
    const held = await this.#deps.queue.settle(message.id, this.#holder, settlement, all);
    const durationMs = performance.now() - before;
    if (held) await this.#deps.settled({ message, failure, settlement, durationMs });
  }

  async #handle(message: Message): Promise<Handled> {
    try {
      return await this.#deps.handle(message);
    } catch (error) {
      this.#deps.broken(error);
      return { failure: BROKEN, changes: [] };
    }
  }

  async #extend(): Promise<void> {
    const ids = [...this.#running.keys()];
    if (ids.length === 0) return;
    await this.#deps.queue.extend(this.#holder, ids, this.#deps.clock() + this.#leaseMs);
  }

  async #letGo(id: string): Promise<void> {
    const dueAt = this.#deps.clock();
    await this.#deps.queue.settle(id, this.#holder, { state: 'waiting', dueAt });
  }
}

const BROKEN: Failure = {
  kind: 'dependency',
  code: 'SERVER_INTERNAL',
  message: 'something broke in the gateway; its log says what',
  frames: [],
};
