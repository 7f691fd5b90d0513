import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { stripVTControlCharacters } from 'node:util';

import type { FromRunner, ToRunner } from '../../../sandbox/contract.ts';
import { EntradaError } from '../../errors.ts';
import { encodeFrame, FrameReader, MAX_FRAME_FROM_RUNNER } from '../frames.ts';
import { readFromRunner } from '../from-runner.ts';
import { giveWay } from './give-way.ts';
import { runnerCommand, type RunnerCommandOptions, SURROUNDINGS } from './runner-command.ts';

/** What the pool hears of a runner. */
export interface RunnerListener {
  readonly message: (message: FromRunner) => void;
  /** It is gone; called once. */
  readonly lost: (error: EntradaError) => void;
  /** For tests: every frame that goes over the pipe, in both directions. */
  readonly tap?: (frame: Buffer) => void;
}

/**
 * A runner that has not said `ready` by then is broken. It takes a tenth of a second; on a machine with dozens of busy
 * processes a hundred times that, where ending it and starting another one makes things only worse. Unit: milliseconds.
 */
const START_TIMEOUT_MS = 30_000;

/** Signals that a runner, whatever goes wrong in it, does not end with by itself. */
const SENT: ReadonlySet<NodeJS.Signals> = new Set(['SIGHUP', 'SIGINT', 'SIGKILL', 'SIGTERM']);

/** Of what a dying runner wrote, so much is kept for the log. Unit: UTF-16 code units. */
const MAX_LAST_WORDS = 2_000;

/**
 * One child process that holds isolates. It is started with no environment, no standard input or output, and Node's
 * permission model: no files but the code of the runner itself, and not even that once it is loaded; no network, no
 * processes, no workers. Its one way out is a pipe to the gateway.
 */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #pipe: Socket;
  readonly #reader = new FrameReader(MAX_FRAME_FROM_RUNNER);
  readonly #listener: RunnerListener;
  readonly #ready = Promise.withResolvers<void>();
  #lastWords = '';
  #wasReady = false;
  #gone = false;
  #wasEnded = false;
  #mustGiveWay: boolean;

  /** @throws {EntradaError} `EXTENSION_RUNNER_LOST` when the operating system has no room for its pipe. */
  constructor(listener: RunnerListener, options: RunnerCommandOptions) {
    this.#listener = listener;
    const { file, args } = runnerCommand(options);
    this.#child = spawn(file, args, SURROUNDINGS);
    this.#pipe = pipeOf(this.#child);
    this.#mustGiveWay = options.givesWay !== undefined;
    if (options.givesWay === 'at once') this.#giveWay();
    this.#listen();
  }

  /** Process id; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** True when it did not end by itself: somebody or the operating system sent the signal. */
  get wasEnded(): boolean {
    return this.#wasEnded;
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
    if (message.type === 'invoke') this.#giveWay();
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

  #giveWay(): void {
    if (!this.#mustGiveWay || this.pid === undefined) return;
    this.#mustGiveWay = false;
    giveWay(this.pid);
  }

  #listen(): void {
    this.#pipe.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#pipe.on('error', () => undefined); // `exit` tells what happened
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-MAX_LAST_WORDS);
    });
    this.#child.on('error', (error) => this.#lose(`it could not be started: ${error.message}`));
    this.#child.on('exit', (code, signal) => {
      this.#wasEnded = !this.#gone && signal !== null && SENT.has(signal);
      this.#lose(`it ended with ${signal ?? code}`);
    });
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
    if (message.type === 'ready') {
      this.#wasReady = true;
      this.#ready.resolve();
    }
    this.#listener.message(message);
  }

  #lose(why: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#child.kill('SIGKILL');
    this.#pipe.destroy();
    const words = wordsOf(this.#lastWords);
    const details = words === '' ? {} : { cause: new Error(words) };
    const said = this.#wasReady ? '' : faultOf(words);
    const message = `a runner is lost: ${why}${said}`;
    const error = new EntradaError('EXTENSION_RUNNER_LOST', message, details);
    this.#ready.promise.catch(() => undefined); // who waits for it hears it; nobody has to
    this.#ready.reject(error);
    this.#listener.lost(error);
  }
}

/** Where there is no room for another open file, Node makes no streams, whatever its types say, and tells the error later. */
function pipeOf(child: ChildProcess): Socket {
  const streams: ChildProcess['stdio'] | undefined = child.stdio;
  const pipe = streams?.[3];
  if (pipe instanceof Socket) return pipe;
  child.on('error', () => undefined); // it says what is thrown here
  const why = 'it could not be started: no pipe to it could be opened';
  throw new EntradaError('EXTENSION_RUNNER_LOST', `a runner is lost: ${why}`);
}

/** Why a runner did not start. There was no code of a guest in it yet, so that it can be told. */
function faultOf(words: string): string {
  const line = /^\w*Error\b.*$/m.exec(words)?.[0] ?? '';
  const resource = /^\s*resource: (.*)$/m.exec(words)?.[1] ?? '';
  return [line, resource]
    .filter((part) => part !== '')
    .reduce((all, part) => `${all}: ${part}`, '');
}

/** What V8 writes as it dies can have names of guest code in it. */
function wordsOf(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[^\P{C}\n]/gu, '')
    .trim();
}
