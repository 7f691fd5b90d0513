import type { SignIn } from '../../sandbox/contract.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../session/outbox.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Message, Settlement } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { deliver, type BackgroundHost, type DeliverDeps } from './deliver.ts';
import { type Conclusion, Dispatcher, type Handled, type Settled } from './dispatcher.ts';
import { logSettled } from './log-settled.ts';
import { createOutbox } from './outbox.ts';
import { keepRun } from './runs.ts';
import { Schedules } from './schedules.ts';
import { readWork } from './work.ts';

/** What events are made of. */
export interface EventsDeps extends Omit<DeliverDeps, 'methods'> {
  readonly store: Store;
  readonly sessions: Pick<Sessions, 'release'>;
  /** Of the configuration. */
  readonly methods: readonly SignIn['method'][];
  readonly log: Pick<Log, 'debug' | 'info' | 'warn' | 'error'>;
  /** How long dead messages are kept, and records of runs. Unit: milliseconds. */
  readonly retentionMs: number;
}

/** Runs in the background at the same time, while nobody signs in; while somebody does; while many do. */
const ROOM = { quiet: 4, busy: 1 } as const;

/** With more runs at the same time that people wait for, nothing begins in the background. */
const MANY = 8;

/** What is done in the background: events and schedules. */
export class Events implements AsyncDisposable {
  readonly #deps: EventsDeps;
  readonly #schedules: Schedules;
  readonly #dispatcher: Dispatcher;
  /** Extensions whose schedule was told of. */
  readonly #told = new Set<string>();

  private constructor(deps: EventsDeps) {
    const { host, store, clock } = deps;
    const methods = deps.methods.map(({ id }) => id);
    this.#deps = deps;
    this.#schedules = new Schedules({ listeners: host, methods });
    this.#dispatcher = new Dispatcher({
      queue: store.queue,
      clock,
      queues: () => host.extensions.map(({ name }) => name),
      room: () => roomBeside(host),
      handle: (message) => deliver(message, { ...deps, methods }),
      conclude: (...attempt) => this.#conclude(...attempt),
      settled: (settled) => this.#settled(settled),
      broken: (error) => deps.log.error({ err: error }, 'events: something broke'),
    });
  }

  /** Follows schedules, and begins with what is due. */
  static async start(deps: EventsDeps): Promise<Events> {
    const events = new Events(deps);
    await events.tidy();
    return events;
  }

  /** To be done now and then: follows schedules that are new, removes what has been dead for long. */
  async tidy(): Promise<void> {
    const { store, clock, retentionMs, log } = this.#deps;
    await this.#schedules.follow(store, clock());
    this.#tellOfSchedules();
    const buried = await store.queue.bury(clock() - retentionMs);
    if (buried > 0) log.warn({ event: 'events_buried', count: buried }, 'dead events were removed');
  }

  /** Resolves when nothing is under way and nothing is due. */
  idle(): Promise<void> {
    return this.#dispatcher.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispatcher[Symbol.asyncDispose]();
  }

  /** What follows of a schedule, and the record of the run: a schedule belongs to no sign-in, and its runs are in the log. */
  #conclude(message: Message, first: Settlement, { run, left = [] }: Handled): Conclusion {
    const { clock, retentionMs } = this.#deps;
    const concluded = this.#schedules.conclude(message, first, clock());
    const work = readWork(message.value);
    if (!run || work?.hook !== 'event') return concluded;
    const { state } = concluded.settlement;
    const kept = keepRun(message, work, { endedAt: clock(), state, left, run }, retentionMs);
    return { ...concluded, changes: [...concluded.changes, kept] };
  }

  /** Once for each: a schedule that runs nothing, and a hook that nothing runs, are mistakes that nobody would see. */
  #tellOfSchedules(): void {
    const { host, log } = this.#deps;
    for (const extension of host.extensions) {
      const { id, name, manifest } = extension;
      const [isAsked, isThere] = [manifest.schedule !== null, host.has(extension, 'schedule')];
      if (isAsked === isThere || this.#told.has(id)) continue;
      this.#told.add(id);
      const what = isAsked ? 'has a schedule and no hook' : 'has a hook and no schedule';
      log.warn({ event: 'schedule_idle', extension: name }, `${name} ${what}: it never runs`);
    }
  }

  async #settled(settled: Settled): Promise<void> {
    const { message, settlement } = settled;
    logSettled(this.#deps.log, settled);
    const over = settlement.state !== 'waiting';
    if (over && message.subject !== null) await this.#deps.sessions.release(message.subject);
  }
}

/** Those who wait go first: what is done in the background gets what they leave. */
function roomBeside({ awaited }: BackgroundHost): number {
  if (awaited === 0) return ROOM.quiet;
  return awaited <= MANY ? ROOM.busy : 0;
}

/** Where events are written down; it needs nothing of what delivers them. */
export function createEventsOutbox({
  host,
  methods,
  clock,
}: Pick<EventsDeps, 'host' | 'methods' | 'clock'>): Outbox {
  return createOutbox({ listeners: host, methods, clock });
}
