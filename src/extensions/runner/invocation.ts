import type {
  BrokerOp,
  FailureKind,
  FromRunner,
  HostAnswer,
  LogLevel,
  Outcome,
  RunnerLimits,
  SourceFrame,
  ToRunner,
  Usage,
} from '../../../sandbox/contract.ts';
import { CallQueue } from './call-queue.ts';
import type { CpuShares } from './cpu-shares.ts';
import type { Cell } from './isolate.ts';
import { type IsolateMessage, MAX_FAILURE_TEXT, readFailure, readMessage } from './messages.ts';
import type { Operations } from './operations.ts';
import { parseStack } from './stack.ts';
import { Timers } from './timers.ts';
import { Traffic } from './traffic.ts';
import type { Workers } from './workers.ts';

/** What an invocation is made of. */
export interface InvocationParts {
  readonly message: Extract<ToRunner, { type: 'invoke' }>;
  /** Of the extension's script, for stack traces. */
  readonly filename: string;
  readonly cell: Cell;
  readonly operations: Operations;
  readonly shares: Pick<CpuShares, 'look' | 'usedBy'>;
  /** Those of the runner. */
  readonly workers: Workers;
  readonly post: (message: FromRunner) => void;
}

/** The heap is asked for so long: guest code that goes on after its answer must not hold that up. Unit: milliseconds. */
const MEASURE_MS = 100;

/**
 * One run of one hook in one cell, within its limits. Every message of the isolate is unchecked: a wrong one ends the
 * invocation, never the runner.
 */
export class Invocation {
  readonly #parts: InvocationParts;
  readonly #limits: RunnerLimits;
  readonly #started = performance.now();
  readonly #ended = Promise.withResolvers<Outcome>();
  readonly #calls: CallQueue;
  readonly #timers: Timers;
  readonly #traffic: Traffic;
  #over = false;
  #hasFetched = false;
  /** CPU time that the runner spent on the isolate's behalf. Unit: milliseconds. */
  #charged = 0;
  /** What the runner computes for it is computed one after the other: the threads are those of all invocations. */
  #computed: Promise<void> = Promise.resolve();

  constructor(parts: InvocationParts) {
    this.#parts = parts;
    this.#limits = parts.message.limits;
    this.#calls = new CallQueue(this.#limits);
    this.#timers = new Timers(this.#limits.timers, (id) => this.#deliver('timer', id, ''));
    this.#traffic = new Traffic(this.#limits);
    parts.cell.attach({
      send: (type, id, name, text) => this.#take(readMessage(type, id, name, text)),
      ask: (op, text) => this.#ask(op, text),
      catastrophe: (reason) => this.#lose(reason),
    });
  }

  /** Runs to the end, whatever end that is, and says so. The cell is of no use afterwards. */
  async run(): Promise<void> {
    const { message, cell, post } = this.#parts;
    const { wallMs } = this.#limits;
    const wall = setTimeout(
      () => this.fail('timeout', 'WALL', `not done after ${wallMs} ms`),
      wallMs,
    );
    this.#deliver('invoke', 0, message.call);
    if (message.source !== null) this.#guard(cell.evaluate(message.source));
    const outcome = await this.#ended.promise;
    clearTimeout(wall);
    post({ type: 'done', id: message.id, outcome, usage: await this.#usage() });
  }

  /** It asked the host for a request, whatever came of it. */
  get hasFetched(): boolean {
    return this.#hasFetched;
  }

  /** Compares CPU time, as of the last look, with its limit; the watch calls it. */
  checkCpu(): void {
    if (this.#over || this.#cpuMs() <= this.#limits.cpuMs) return;
    this.fail('cpu', 'CPU', `more than ${this.#limits.cpuMs} ms of CPU time`);
  }

  /** Hands an answer to a host call to the isolate. */
  answer(call: number, answer: string): void {
    if (this.#over) return;
    const over = this.#traffic.countAnswer(answer);
    if (over) return this.fail('limit', ...over);
    this.#calls.finish();
    this.#deliver('answer', call, answer);
  }

  /** Ends it as a failure. The first end counts. */
  fail(
    kind: FailureKind,
    code: string,
    message: string,
    frames: readonly SourceFrame[] = [],
  ): void {
    const text = message.slice(0, MAX_FAILURE_TEXT);
    this.#end({ ok: false, failure: { kind, code, message: text, frames } });
  }

  #end(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#timers.clearAll();
    // Guest code may still be running: it ends here, and its heap can no longer be measured.
    if (!outcome.ok && STOPPED.has(outcome.failure.kind)) this.#parts.cell.dispose();
    this.#ended.resolve(outcome);
  }

  async #usage(): Promise<Usage> {
    const { cell, message } = this.#parts;
    const wallMs = performance.now() - this.#started;
    this.#parts.shares.look();
    const cpuMs = this.#cpuMs();
    return { wallMs, cpuMs, heapBytes: message.measure ? await heapOf(cell) : 0 };
  }

  #cpuMs(): number {
    return this.#parts.shares.usedBy(this.#parts.cell) + this.#charged;
  }

  #deliver(type: string, id: number, text: string): void {
    if (!this.#over) this.#guard(this.#parts.cell.deliver(type, id, text));
  }

  #guard(delivery: Promise<void>): void {
    delivery.catch((error: unknown) => this.#fault(error));
  }

  /**
   * A delivery failed: the isolate is gone, or guest code left a rejection unhandled. What was thrown is guest-made, and
   * its words decide nothing.
   */
  #fault(error: unknown): void {
    if (this.#over) return;
    if (this.#parts.cell.isDisposed) {
      return this.fail('memory', 'MEMORY', `more than ${this.#limits.memoryMb} MiB of memory`);
    }
    const { message, stack } = wordsOf(error);
    const frames = parseStack(stack, this.#parts.filename);
    this.fail('throw', 'UNHANDLED_REJECTION', message, frames);
  }

  #lose(reason: string): void {
    const { post, message } = this.#parts;
    this.fail('memory', 'ISOLATE_LOST', 'the isolate used more memory than V8 can bear');
    post({ type: 'sick', id: message.id, reason: reason.slice(0, MAX_FAILURE_TEXT) });
  }

  #take(message: IsolateMessage | undefined): void {
    if (this.#over) return;
    const over = message ? this.#traffic.count(message.text) : MALFORMED;
    if (over) this.fail('limit', ...over);
    else if (message) this[message.type](message);
  }

  /** A host call. */
  call({ id, name, text }: IsolateMessage): void {
    const { hostCalls } = this.#limits;
    const added = this.#calls.add(id, () => this.#begin(id, name, text));
    if (!added) this.fail('limit', 'HOST_CALLS', `more than ${hostCalls} calls of the host`);
  }

  /** A host call that guest code gave up. */
  drop({ id }: IsolateMessage): void {
    this.#calls.drop(id);
  }

  #begin(id: number, op: string, argument: string): void {
    const { operations, post, message } = this.#parts;
    if (op === FETCH) this.#hasFetched = true;
    const own = operations.asynchronous(op);
    if (!own) return post({ type: 'call', id: message.id, call: id, op, argument });
    const perform = (): Promise<void> => this.#perform(() => own(argument), id);
    this.#computed = this.#computed.then(() => this.#parts.workers.run(perform));
  }

  /** What nobody waits for any more is not begun: once it has, it cannot be ended. */
  async #perform(operation: () => Promise<string>, id: number): Promise<void> {
    if (this.#over) return;
    const before = performance.now();
    const answer = await operation();
    this.#charged += performance.now() - before;
    this.answer(id, answer);
    this.checkCpu();
  }

  /** The runner's own thread does it, and all others wait meanwhile. */
  #ask(op: unknown, text: unknown): string {
    if (this.#over || typeof op !== 'string' || typeof text !== 'string') return REFUSED;
    const over = this.#traffic.count(text);
    if (over) {
      this.fail('limit', ...over);
      return REFUSED;
    }
    const before = performance.now();
    const answer = this.#parts.operations.synchronous(op, text) ?? REFUSED;
    this.#charged += performance.now() - before;
    if (this.#charged > this.#limits.cpuMs) this.checkCpu();
    return answer;
  }

  /** A line of the console. */
  log({ name, text }: IsolateMessage): void {
    const line = isLogLevel(name) ? this.#traffic.line(text) : undefined;
    if (line === undefined || !isLogLevel(name)) return;
    this.#parts.post({ type: 'log', id: this.#parts.message.id, level: name, text: line });
  }

  /** A timer to start. */
  timer({ id, text }: IsolateMessage): void {
    const ms = Math.min(Math.max(Number(text) || 0, 0), this.#limits.wallMs);
    if (this.#timers.set(id, ms)) return;
    this.fail('limit', 'TIMERS', `more than ${this.#limits.timers} timers at a time`);
  }

  /** A timer to forget. */
  clear({ id }: IsolateMessage): void {
    this.#timers.clear(id);
  }

  /** The hook returned. */
  done({ text }: IsolateMessage): void {
    if (text.length <= this.#limits.resultLength) return this.#end({ ok: true, result: text });
    this.fail(
      'limit',
      'RESULT_LENGTH',
      `a result of more than ${this.#limits.resultLength} characters`,
    );
  }

  /** The hook failed. */
  failed({ name, text }: IsolateMessage): void {
    const { code, message, stack } = readFailure(text);
    this.fail(
      isGuestKind(name) ? name : 'throw',
      code,
      message,
      parseStack(stack, this.#parts.filename),
    );
  }
}

/** Kinds after which guest code may still be running. */
const STOPPED: ReadonlySet<FailureKind> = new Set(['timeout', 'cpu', 'limit', 'memory']);

const FETCH: BrokerOp = 'fetch';

const MALFORMED = ['MESSAGE', 'the isolate sent a message that is none'] as const;

const REFUSED = JSON.stringify({
  ok: false,
  error: { code: 'OPERATION_REFUSED', message: 'the host does not do this now' },
} satisfies HostAnswer);

async function heapOf(cell: Cell): Promise<number> {
  const { promise: late, resolve } = Promise.withResolvers<number>();
  const timer = setTimeout(() => resolve(0), MEASURE_MS);
  const measured = cell.heapBytes().catch(() => 0);
  const bytes = await Promise.race([measured, late]);
  clearTimeout(timer);
  return bytes;
}

/** Texts of what was thrown. Anything but an error or a text has none: to make one can take longer than the runner lives. */
function wordsOf(error: unknown): { readonly message: string; readonly stack: string } {
  if (typeof error === 'string') return { message: error, stack: '' };
  if (!(error instanceof Error)) return { message: `a value of type ${typeof error}`, stack: '' };
  return { message: error.message, stack: error.stack ?? '' };
}

function isLogLevel(level: string): level is LogLevel {
  return ['debug', 'info', 'warn', 'error'].includes(level);
}

/** Failures that the runtime may name itself; all others are seen from outside the isolate. */
function isGuestKind(kind: string): kind is FailureKind {
  return ['throw', 'dependency', 'invalid_result', 'limit'].includes(kind);
}
