import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { createLookups, type SharedAddress } from './script-lookup.ts';

/** What one run may cost, and its thread. Each has a unit, a default and a reason. */
export interface ScriptLimits {
  /** With look-ups of names. Unit: milliseconds. Default 2 s: a person waits, and real scripts take 10 ms. */
  readonly wallMs: number;
  /** Unit: bytes. Default 32 MiB. */
  readonly memoryBytes: number;
  /** Until a new thread is ready. Unit: milliseconds. Default 15 s: it takes 100 ms, and far more on a busy machine. */
  readonly startMs: number;
}

const LIMITS: ScriptLimits = { wallMs: 2_000, memoryBytes: 32 * 1024 * 1024, startMs: 15_000 };

/** A thread that nobody asks ends after so long. Unit: milliseconds. */
const IDLE_MS = 60_000;

/** What the thread is started with. */
export interface ScriptThreadData {
  readonly lookups: SharedAddress;
  readonly memoryBytes: number;
}

/** What the thread is asked. */
export interface ScriptQuestion {
  readonly source: string;
  /** Scheme, host and port, never path or query: they may be secret. */
  readonly url: string;
  /** Without brackets. */
  readonly host: string;
  readonly ownAddress: string;
}

/** What the thread says: that it is ready, names to look up, and then how the run ended. */
export type ScriptMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'look-up'; readonly host: string }
  | { readonly kind: 'answer'; readonly answer: string | null | undefined }
  | { readonly kind: 'failure'; readonly why: string };

/**
 * Runs proxy scripts (PAC), one after the other, each in an interpreter of its own, in a thread beside the gateway, which
 * therefore does not wait while one loops. A run that costs too much ends with its thread. Names are looked up only where
 * the script itself asks for it.
 */
export class ScriptThread implements AsyncDisposable {
  readonly #limits: ScriptLimits;
  #worker: Promise<Worker> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(limits: ScriptLimits = LIMITS) {
    this.#limits = limits;
  }

  /**
   * Asks a script for the proxies of a URL.
   *
   * @returns What `FindProxyForURL` returned; undefined for all but text and null.
   * @throws {Error} When the script throws, does not compile, or costs more than it may.
   */
  run(source: string, url: URL): Promise<string | null | undefined> {
    const run = this.#last.then(() => this.#run(source, url));
    this.#last = run.catch(() => undefined);
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.then(
      (started) => started.terminate(),
      () => undefined,
    );
  }

  async #run(source: string, url: URL): Promise<string | null | undefined> {
    clearTimeout(this.#idle);
    this.#worker ??= startWorker(this.#limits);
    try {
      return await ask(await this.#worker, question(source, url), this.#limits);
    } catch (error) {
      if (!(error instanceof ScriptFailure)) await this[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this[Symbol.asyncDispose](), IDLE_MS).unref();
    }
  }
}

/** The script itself failed: its thread is as good as before. */
class ScriptFailure extends Error {}

const SELF = fileURLToPath(import.meta.url);
const ENTRY = path.join(path.dirname(SELF), `script-worker${path.extname(SELF)}`);

async function startWorker({ memoryBytes, startMs }: ScriptLimits): Promise<Worker> {
  const lookups = createLookups();
  const workerData: ScriptThreadData = { lookups: lookups.shared, memoryBytes };
  const worker = new Worker(ENTRY, { workerData, env: {}, execArgv: [] });
  worker.on('message', (message: ScriptMessage) => {
    if (message.kind === 'look-up') void lookups.answer(message.host);
  });
  // Who waits for an answer hears of the end; of a thread that is idle or ended, nobody has to.
  worker.on('error', () => undefined);
  try {
    await once(worker, 'message', { signal: AbortSignal.timeout(startMs) });
  } catch (cause) {
    await worker.terminate();
    throw new Error('its thread did not start', { cause });
  }
  worker.unref();
  return worker;
}

function ask(
  worker: Worker,
  asked: ScriptQuestion,
  { wallMs }: ScriptLimits,
): Promise<string | null | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null | undefined>();
  const timer = setTimeout(() => reject(new Error(`it took longer than ${wallMs} ms`)), wallMs);
  const heard = (message: ScriptMessage): void => {
    if (message.kind === 'answer') resolve(message.answer);
    if (message.kind === 'failure') reject(new ScriptFailure(message.why));
  };
  const ended = (): void => reject(new Error('it ended without an answer'));
  worker.on('message', heard).on('error', reject).on('exit', ended);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(asked);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', heard).off('error', reject).off('exit', ended);
  });
}

function question(source: string, url: URL): ScriptQuestion {
  return {
    source,
    url: `${url.origin}/`,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ownAddress: ownAddress(),
  };
}

/** The first address that others reach this machine at, found out without a connection. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
