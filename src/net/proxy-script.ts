import type { Clock } from '../clock.ts';
import { describe, NetError, reasonOf } from './net-error.ts';
import type { Hop } from './route.ts';
import { readScriptAnswer } from './script-answer.ts';
import type { ScriptThread } from './script-thread.ts';

/** A script is read again after so long. Unit: milliseconds. */
const SCRIPT_MS = 10 * 60_000;

/** An answer holds for so long: scripts look at the clock. Unit: milliseconds. */
const ANSWER_MS = 60_000;

/** What failed is tried again after so long. Unit: milliseconds. */
const RETRY_MS = 10_000;

/** A proxy that failed is tried last for so long. Unit: milliseconds. */
const FAILED_MS = 60_000;

/** Answers that are kept. The hosts of a gateway are few; this bounds what a mistake costs. */
const MOST_ANSWERS = 256;

/** How a script is got at. */
export interface ScriptOptions {
  /** Names the script in messages; holds no secret. */
  readonly name: string;
  readonly read: () => Promise<string>;
  readonly clock: Clock;
  readonly thread: ScriptThread;
}

/**
 * The proxies that a script (PAC) names, each host asked once a minute. A script that cannot be read again stays in use as
 * it was; one that fails is a failure, never a direct connection.
 */
export class ProxyScript {
  readonly #options: ScriptOptions;
  readonly #answers = new Map<string, Kept<readonly Hop[]>>();
  readonly #failed = new Map<string, number>();
  #script: Kept<string> | undefined;
  #inUse: string | undefined;

  constructor(options: ScriptOptions) {
    this.#options = options;
  }

  /**
   * The first stops for a URL, those that failed lately last.
   *
   * @throws {NetError} `NET_PROXY`.
   */
  async hopsFor(url: URL): Promise<readonly Hop[]> {
    const source = await this.#read();
    const hops = await this.#answer(source, url);
    return hops.toSorted((a, b) => Number(this.#hasFailed(a)) - Number(this.#hasFailed(b)));
  }

  /** Has a first stop be tried last for a while. */
  failed(hop: Hop): void {
    this.#failed.set(keyOf(hop), this.#options.clock() + FAILED_MS);
  }

  #hasFailed(hop: Hop): boolean {
    return (this.#failed.get(keyOf(hop)) ?? 0) > this.#options.clock();
  }

  async #read(): Promise<string> {
    const { read, clock } = this.#options;
    this.#script = keep(this.#script, clock, SCRIPT_MS, read);
    try {
      const source = await this.#script.value;
      if (source !== this.#inUse) this.#answers.clear();
      this.#inUse = source;
    } catch (error) {
      if (this.#inUse === undefined) throw error;
    }
    return this.#inUse;
  }

  #answer(source: string, url: URL): Promise<readonly Hop[]> {
    const known = this.#answers.get(url.origin);
    if (!known && this.#answers.size >= MOST_ANSWERS) this.#answers.clear();
    const kept = keep(known, this.#options.clock, ANSWER_MS, () => this.#ask(source, url));
    this.#answers.set(url.origin, kept);
    return kept.value;
  }

  async #ask(source: string, url: URL): Promise<readonly Hop[]> {
    const { name, thread } = this.#options;
    try {
      return readScriptAnswer(await thread.run(source, url));
    } catch (error) {
      if (error instanceof NetError) throw error;
      const why = error instanceof Error ? reasonOf(error) : 'it threw something that is no error';
      throw describe('NET_PROXY', `the proxy script ${name} failed: ${why}`, {
        next: 'Correct the script: it must answer for every host, and at once.',
      });
    }
  }
}

interface Kept<Value> {
  until: number;
  readonly value: Promise<Value>;
}

/** What is kept, while it holds, or what is made now. One flight for all who ask; a failure holds for a shorter while. */
function keep<Value>(
  known: Kept<Value> | undefined,
  clock: Clock,
  lifeMs: number,
  make: () => Promise<Value>,
): Kept<Value> {
  if (known && known.until > clock()) return known;
  const made: Kept<Value> = { until: clock() + lifeMs, value: make() };
  made.value.catch(() => {
    made.until = clock() + RETRY_MS;
  });
  return made;
}

/** Proxies that a script names have no credentials: the whole of a hop is its key. */
function keyOf(hop: Hop): string {
  return JSON.stringify(hop);
}
