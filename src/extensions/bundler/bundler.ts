import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { EntradaError } from '../../errors.ts';
import type { MadeBundle } from '../bundle.ts';
import type { BundleAnswer, BundleFault, BundleQuestion } from './messages.ts';

/** A bundler that nobody asks ends after so long. Unit: milliseconds. */
const IDLE_MS = 2_000;

const SELF = fileURLToPath(import.meta.url);
const ENTRY = path.join(path.dirname(SELF), `main${path.extname(SELF)}`);

interface Waiting {
  resolve(bundle: MadeBundle): void;
  reject(error: EntradaError): void;
}

/** One process that bundles, started when it is needed, and ended when it is not. */
class Bundler {
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #asked = 0;
  #holders = 0;

  /** @throws {EntradaError} As `bundle`; `EXTENSION_BUILD_FAILED` when the process does not survive it. */
  ask(question: Omit<BundleQuestion, 'id'>): Promise<MadeBundle> {
    const child = this.#wake();
    const id = this.#asked++;
    const { promise, resolve, reject } = Promise.withResolvers<MadeBundle>();
    this.#waiting.set(id, { resolve, reject });
    child.send({ id, ...question } satisfies BundleQuestion); // one that cannot be sent is an `error` of the process
    return promise;
  }

  /** Keeps it running until that is disposed of. */
  hold(): Disposable {
    this.#holders++;
    return {
      [Symbol.dispose]: () => {
        this.#holders--;
        this.#rest();
      },
    };
  }

  /** While somebody waits, this process waits, too. */
  #wake(): ChildProcess {
    clearTimeout(this.#idle);
    const child = (this.#child ??= this.#start());
    child.ref();
    child.channel?.ref();
    return child;
  }

  #start(): ChildProcess {
    const child = fork(ENTRY, {
      env: surroundings(),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const gone = (cause?: unknown): void => {
      if (this.#child === child) this.#lose(cause);
    };
    child.on('message', (message) => this.#take(message));
    child.on('error', gone);
    child.once('exit', () => gone());
    return child;
  }

  #take(message: unknown): void {
    if (!isAnswer(message)) return;
    this.#settle(message.id, (waiting) => {
      if (message.ok) waiting.resolve(message.bundle);
      else waiting.reject(toError(message.fault));
    });
  }

  #settle(id: number, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) settle(waiting);
    if (this.#waiting.size === 0) this.#rest();
  }

  #lose(cause: unknown): void {
    this.#child = undefined;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.reject(lost(cause));
  }

  #rest(): void {
    this.#child?.unref();
    this.#child?.channel?.unref();
    clearTimeout(this.#idle);
    if (this.#holders === 0) this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
  }

  #end(): void {
    const child = this.#child;
    if (!child || this.#waiting.size > 0) return;
    this.#child = undefined;
    child.disconnect();
  }
}

/** Nothing but where this process keeps compiled code: a bundler is much code, and starts often. */
function surroundings(): NodeJS.ProcessEnv {
  const own = getCompileCacheDir(); // of this version of Node, in a folder for all of them
  const folder = process.env['NODE_COMPILE_CACHE'] ?? (own && path.dirname(own));
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

const bundler = new Bundler();

/**
 * Bundles an extension as `bundle` does, in a process of its own: the bundler and what it remembers are gone from memory
 * when it is done.
 *
 * @throws {EntradaError} As `bundle`; `EXTENSION_BUILD_FAILED` when the process does not survive it.
 */
export function bundleApart(folder: string, entry: string, readable = false): Promise<MadeBundle> {
  return bundler.ask({ folder, entry, readable });
}

/** Keeps the process that bundles running, for whoever builds at each change of a file. */
export const keepBundler = (): Disposable => bundler.hold();

/** The bundler is ours: what has an id has the form of an answer. */
const isAnswer = (message: unknown): message is BundleAnswer =>
  typeof message === 'object' && message !== null && 'id' in message;

function toError({ code, message, next, position, cause }: BundleFault): EntradaError {
  return new EntradaError(code, message, {
    cause: new Error(cause),
    ...(next === undefined ? {} : { next }),
    ...(position === undefined ? {} : { position }),
  });
}

const lost = (cause: unknown): EntradaError =>
  new EntradaError('EXTENSION_BUILD_FAILED', 'the process that bundles ended before it was done', {
    cause,
  });
