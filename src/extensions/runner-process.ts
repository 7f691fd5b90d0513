import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { FromRunner, ToRunner } from '../../sandbox/contract.ts';
import { EntradaError } from '../errors.ts';
import { encodeFrame, FrameReader, MAX_FRAME_FROM_RUNNER } from './frames.ts';
import { readFromRunner } from './from-runner.ts';

/** What the pool hears of a runner. */
export interface RunnerListener {
  readonly message: (message: FromRunner) => void;
  /** It is gone; called once. */
  readonly lost: (error: EntradaError) => void;
  /** For tests: every frame that goes over the pipe, in both directions. */
  readonly tap?: (frame: Buffer) => void;
}

/** A runner that has not said `ready` by then is broken. Unit: milliseconds. */
const START_TIMEOUT_MS = 10_000;

/** Of what a dying runner wrote, so much is kept for the log. Unit: UTF-16 code units. */
const MAX_LAST_WORDS = 2_000;

/**
 * One child process that holds isolates. It is started with no environment, no standard input or output, and Node's
 * permission model: no files but the code of the runner itself, no network, no processes, no workers. Its one way out is a
 * pipe to the gateway.
 */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #pipe: Socket;
  readonly #reader = new FrameReader(MAX_FRAME_FROM_RUNNER);
  readonly #listener: RunnerListener;
  readonly #ready = Promise.withResolvers<void>();
  #lastWords = '';
  #gone = false;

  constructor(listener: RunnerListener, options: { readonly jitless?: boolean } = {}) {
    this.#listener = listener;
    this.#child = spawn(
      process.execPath,
      [...FLAGS, ...(options.jitless ? ['--jitless'] : []), ENTRY],
      {
        env: {},
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      },
    );
    const pipe = this.#child.stdio[3];
    if (!(pipe instanceof Socket)) throw new TypeError('the runner has no pipe');
    this.#pipe = pipe;
    this.#listen();
  }

  /** Process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the runner can be given work; rejects when it is lost before. */
  async started(): Promise<void> {
    const late = setTimeout(() => this.#lose('it did not start in time'), START_TIMEOUT_MS);
    try {
      await this.#ready.promise;
    } finally {
      clearTimeout(late);
    }
  }

  send(message: ToRunner): void {
    if (this.#gone) return;
    const frame = encodeFrame(message);
    this.#listener.tap?.(frame);
    this.#pipe.write(frame);
  }

  /** Ends it at once, whatever it does. */
  kill(why: string): void {
    this.#lose(why);
  }

  /** Whether the gateway's process stays alive for this runner: while it waits for an answer, and no longer. */
  keepAlive(whether: boolean): void {
    const streams = [this.#pipe, this.#child.stderr].filter((one) => one instanceof Socket);
    for (const one of [this.#child, ...streams]) {
      if (whether) one.ref();
      else one.unref();
    }
  }

  #listen(): void {
    this.#pipe.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#pipe.on('error', () => undefined); // `exit` tells what happened
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-MAX_LAST_WORDS);
    });
    this.#child.on('error', (error) => this.#lose(`it could not be started: ${error.message}`));
    this.#child.on('exit', (code, signal) => this.#lose(`it ended with ${signal ?? code}`));
  }

  #take(chunk: Buffer): void {
    this.#listener.tap?.(chunk);
    try {
      for (const raw of this.#reader.push(chunk)) this.#hear(raw);
    } catch (error) {
      this.#lose(error instanceof EntradaError ? error.message : 'it sent what nobody understands');
    }
  }

  #hear(raw: unknown): void {
    if (this.#gone) return;
    const message = readFromRunner(raw);
    if (!message) return this.#lose('it sent a message that is none');
    if (message.type === 'ready') this.#ready.resolve();
    this.#listener.message(message);
  }

  #lose(why: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#child.kill('SIGKILL');
    this.#pipe.destroy();
    const words = this.#lastWords.trim();
    const details = words === '' ? {} : { cause: new Error(words) };
    const error = new EntradaError('EXTENSION_RUNNER_LOST', `a runner is lost: ${why}`, details);
    this.#ready.promise.catch(() => undefined); // who waits for it hears it; nobody has to
    this.#ready.reject(error);
    this.#listener.lost(error);
  }
}

const SELF = fileURLToPath(import.meta.url);
const FOLDER = path.dirname(SELF);
const ENTRY = path.join(FOLDER, 'runner', `main${path.extname(SELF)}`);

/** What the runner may read: its own code, and the one add-on that it loads. */
function readable(): readonly string[] {
  const require = createRequire(import.meta.url);
  const packageOf = (name: string): string => path.dirname(require.resolve(`${name}/package.json`));
  const root = path.join(FOLDER, '..', '..', '..');
  return [
    path.join(FOLDER, 'runner'),
    path.join(FOLDER, `frames${path.extname(SELF)}`),
    path.join(FOLDER, '..', `errors${path.extname(SELF)}`),
    path.join(root, 'package.json'), // says that the code is ESM
    path.join(FOLDER, '..', '..', 'package.json'),
    packageOf('isolated-vm'),
    packageOf('node-gyp-build'), // finds the add-on's binary
    '/etc/alpine-release', // and looks here for which C library it has to be
  ];
}

const FLAGS: readonly string[] = [
  '--no-node-snapshot', // isolated-vm needs it since Node 20
  '--permission',
  '--allow-addons', // isolated-vm is one
  ...readable().map((file) => `--allow-fs-read=${file}`),
  '--disable-proto=delete',
  '--disable-warning=SecurityWarning', // of allow-addons: it is meant
  '--disable-warning=ExperimentalWarning',
];
