import { nextTime, type Schedule } from '../extensions/cron.ts';
import type { BuiltExtension } from '../extensions/load.ts';
import type { Message, Settlement } from '../store/queue.ts';
import type { Change, Store } from '../store/store.ts';
import type { Conclusion } from './dispatcher.ts';
import type { Listeners } from './outbox.ts';
import { readWork, toChange, type Work } from './work.ts';

/** What schedules are followed with. */
export interface SchedulesDeps {
  readonly listeners: Listeners;
  /** Ids of methods, in the order of the configuration: a run uses the first that its extension applies to. */
  readonly methods: readonly string[];
}

/** Runs of one extension come one after the other. */
const LANE = 'schedule';

/** Messages of one extension that are looked at. */
const MOST = 1_000;

type Scheduled = BuiltExtension & { readonly manifest: { readonly schedule: Schedule } };

/**
 * Schedules are kept as messages: the one of the next time waits in the queue, and the one after it is put there in the
 * commit that ends it. So there is one run at a time, whoever makes it, and one for all times that nobody was there for.
 */
export class Schedules {
  readonly #deps: SchedulesDeps;

  constructor(deps: SchedulesDeps) {
    this.#deps = deps;
  }

  /** Puts there what is missing, and takes away what a manifest does not say any more. */
  async follow(store: Store, now: number): Promise<void> {
    for (const extension of this.#deps.listeners.extensions) {
      // oxlint-disable-next-line no-await-in-loop -- they are few
      await this.#followOne(extension, store, now);
    }
  }

  /** What follows a run that ended: the next one. A run that would be tried again when the next one is due is given up. */
  conclude(message: Message, settlement: Settlement, now: number): Conclusion {
    const work = readWork(message.value);
    const extension = this.#scheduled(message.queue);
    if (work?.hook !== 'schedule') return { settlement, changes: [] };
    const next = extension && this.#next(extension, now);
    if (settlement.state !== 'waiting') return { settlement, changes: next ? [next.change] : [] };
    const overtaken = next !== undefined && next.at <= settlement.dueAt;
    return overtaken
      ? { settlement: { state: 'done' }, changes: [next.change] }
      : { settlement, changes: [] };
  }

  async #followOne(extension: BuiltExtension, store: Store, now: number): Promise<void> {
    const { name: queue, manifest } = extension;
    const waiting = await store.queue.list({ queue, state: 'waiting', limit: MOST });
    const runs = waiting.flatMap(({ id, value }) => {
      const work = readWork(value);
      return work?.hook === 'schedule' ? [{ id, work }] : [];
    });
    const old = runs.filter(({ work }) => !isSame(work, manifest.schedule));
    await Promise.all(old.map(({ id }) => store.queue.discard(id)));
    if (runs.length > old.length) return;
    const scheduled = this.#scheduled(queue);
    const next = scheduled && this.#next(scheduled, now);
    if (next) await store.commit([next.change]);
  }

  #scheduled(name: string): Scheduled | undefined {
    const { listeners } = this.#deps;
    const found = listeners.extensions.find((extension) => extension.name === name);
    return found && isScheduled(found) && listeners.has(found, 'schedule') ? found : undefined;
  }

  #next(
    { name, manifest: { schedule }, config }: Scheduled,
    now: number,
  ): { readonly at: number; readonly change: Change } | undefined {
    const at = nextTime(schedule, now);
    const { methods } = this.#deps;
    const method = methods.find((one) => config.appliesTo.includes(one)) ?? methods[0];
    if (at === null || method === undefined) return undefined;
    const id = `${name}.schedule.${new Date(at).toISOString()}`;
    const work: Work = {
      hook: 'schedule',
      name: 'schedule',
      told: { at },
      signIn: id,
      method,
      tokens: { of: 'application' },
      schedule,
    };
    return { at, change: toChange({ id, extension: name, lane: LANE, dueAt: at }, work) };
  }
}

function isScheduled(extension: BuiltExtension): extension is Scheduled {
  return extension.manifest.schedule !== null;
}

function isSame({ schedule }: Work, followed: Schedule | null): boolean {
  return schedule?.cron === followed?.cron && schedule?.timezone === followed?.timezone;
}
