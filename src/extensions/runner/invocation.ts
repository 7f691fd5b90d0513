import type {
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
import type { Cell } from './isolate.ts';
import { type IsolateMessage, MAX_FAILURE_TEXT, readFailure, readMessage } from './messages.ts';
import type { Operations } from './operations.ts';
import { parseStack } from './stack.ts';
import { Timers } from './timers.ts';

/** What an invocation is made of. */
export interface InvocationParts {
  readonly message: Extract<ToRunner, { type: 'invoke' }>;
  /** Of the extension's script, for stack traces. */
  readonly filename: string;
  readonly cell: Cell;
  readonly operations: Operations;
  readonly post: (message: FromRunner) => void;
}

/**
 * One run of one hook in one cell, within its limits. Every message of the isolate is unchecked: a wrong one ends the
 * invocation, never the runner.
 */
export class Invocation {
  readonly #parts: InvocationParts;
  readonly #limits: RunnerLimits;
  readonly #started = performance.now();
  readonly #processBefore = process.cpuUsage();
  readonly #ended = Promise.withResolvers<Outcome>();
  readonly #calls: CallQueue;
  readonly #timers: Timers;
  #over = false;
  #messages = 0;
  #logLines = 0;
  /** CPU time that the runner spent on the isolate's behalf. Unit: milliseconds. */
  #charged = 0;

  constructor(parts: InvocationParts) {
    this.#parts = parts;
    this.#limits = parts.message.limits;
    this.#calls = new CallQueue(this.#limits);
    this.#timers = new Timers(this.#limits.timers, (id) => this.#deliver('timer', id, ''));
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

  /** Compares CPU time with its limit; the watch calls it. */
  checkCpu(): void {
    if (this.#over || this.#cpuMs() <= this.#limits.cpuMs) return;
    this.fail('cpu', 'CPU', `more than ${this.#limits.cpuMs} ms of CPU time`);
  }

  /** Hands an answer to a host call to the isolate. */
  answer(call: number, answer: string): void {
    if (this.#over) return;
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
    const cpuMs = this.#cpuMs();
    return { wallMs, cpuMs, heapBytes: message.measure ? await cell.heapBytes() : 0 };
  }

  /**
   * The isolate's own counter goes on while its thread waits for a core; on a busy machine that is most of the time. The
   * process has not used more than the operating system counted: the smaller of both is nearer to the truth.
   */
  #cpuMs(): number {
    const { user, system } = process.cpuUsage(this.#processBefore);
    return Math.min(this.#parts.cell.runMs, (user + system) / 1000) + this.#charged;
  }

  #deliver(type: string, id: number, text: string): void {
    if (!this.#over) this.#guard(this.#parts.cell.deliver(type, id, text));
  }

  #guard(delivery: Promise<void>): void {
    delivery.catch((error: unknown) => this.#fault(error));
  }

  /** A delivery failed: the isolate is gone, or guest code left a rejection unhandled. */
  #fault(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    if (message.includes('memory limit')) {
      this.fail('memory', 'MEMORY', `more than ${this.#limits.memoryMb} MiB of memory`);
    } else if (this.#parts.cell.isDisposed) {
      this.fail('memory', 'ISOLATE_LOST', 'the isolate ended by itself');
    } else {
      this.fail(
        'throw',
        'UNHANDLED_REJECTION',
        message,
        parseStack(stack ?? '', this.#parts.filename),
      );
    }
  }

  #lose(reason: string): void {
    this.fail('memory', 'ISOLATE_LOST', 'the isolate used more memory than V8 can bear');
    this.#parts.post({ type: 'sick', reason: reason.slice(0, MAX_FAILURE_TEXT) });
  }

  #take(message: IsolateMessage | undefined): void {
    if (this.#over) return;
    const broken = this.#checkMessage(message);
    if (broken) this.fail('limit', ...broken);
    else if (message) this[message.type](message);
  }

  #checkMessage(message: IsolateMessage | undefined): readonly [string, string] | undefined {
    if (!message) return ['MESSAGE', 'the isolate sent a message that is none'];
    if (message.text.length > this.#limits.messageLength) {
      return ['MESSAGE_LENGTH', `a message of more than ${this.#limits.messageLength} characters`];
    }
    return this.#countMessage();
  }

  #countMessage(): readonly [string, string] | undefined {
    if (++this.#messages <= this.#limits.messages) return undefined;
    return ['MESSAGES', `more than ${this.#limits.messages} messages`];
  }

  /** A host call. */
  call({ id, name, text }: IsolateMessage): void {
    const { hostCalls } = this.#limits;
    const added = this.#calls.add(() => this.#begin(id, name, text));
    if (!added) this.fail('limit', 'HOST_CALLS', `more than ${hostCalls} calls of the host`);
  }

  #begin(id: number, op: string, argument: string): void {
    const { operations, post, message } = this.#parts;
    const own = operations.asynchronous(op);
    if (!own) return post({ type: 'call', id: message.id, call: id, op, argument });
    void this.#perform(own(argument), id);
  }

  async #perform(operation: Promise<string>, id: number): Promise<void> {
    const before = performance.now();
    const answer = await operation;
    this.#charged += performance.now() - before;
    this.answer(id, answer);
    this.checkCpu();
  }

  #ask(op: unknown, text: unknown): string {
    if (this.#over || typeof op !== 'string' || typeof text !== 'string') return REFUSED;
    const broken = this.#countMessage();
    if (broken) this.fail('limit', ...broken);
    return (broken ? undefined : this.#parts.operations.synchronous(op, text)) ?? REFUSED;
  }

  /** A line of the console. */
  log({ name, text }: IsolateMessage): void {
    if (!isLogLevel(name) || this.#logLines >= this.#limits.logLines) return;
    const last = ++this.#logLines === this.#limits.logLines;
    const line = last ? '… further lines are dropped' : text.slice(0, this.#limits.logLineLength);
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

const REFUSED = JSON.stringify({
  ok: false,
  error: { code: 'OPERATION_REFUSED', message: 'the host does not do this now' },
} satisfies HostAnswer);

function isLogLevel(level: string): level is LogLevel {
  return ['debug', 'info', 'warn', 'error'].includes(level);
}

/** Failures that the runtime may name itself; all others are seen from outside the isolate. */
function isGuestKind(kind: string): kind is FailureKind {
  return ['throw', 'dependency', 'invalid_result', 'limit'].includes(kind);
}
