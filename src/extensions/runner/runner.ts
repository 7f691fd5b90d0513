import type { FromRunner, ToRunner } from '../../../sandbox/contract.ts';
import { Invocation } from './invocation.ts';
import { Cells } from './cells.ts';
import { createOperations } from './platform-ops/operations.ts';

/** CPU time is compared with its limit so often. Unit: milliseconds. */
const WATCH_MS = 25;

type Handlers = {
  readonly [Type in ToRunner['type']]: (message: Extract<ToRunner, { type: Type }>) => void;
};

/** The gateway is trusted: what has the type of a command has its form. */
function isCommand(message: unknown): message is ToRunner {
  return typeof message === 'object' && message !== null && 'type' in message;
}

function textOf(reason: unknown): string {
  return (reason instanceof Error ? reason.message : String(reason)).slice(0, 500);
}

/** What a runner process does with what the gateway tells it. */
export class Runner {
  readonly #post: (message: FromRunner) => void;
  readonly #cells: Cells;
  readonly #invocations = new Map<number, Invocation>();
  #watch: NodeJS.Timeout | undefined;

  constructor(post: (message: FromRunner) => void) {
    this.#post = post;
    this.#cells = new Cells(() => this.#invocations.size > 0);
  }

  /** Says that it is ready. */
  start(): void {
    this.#post({ type: 'ready', v8: process.versions.v8, node: process.versions.node });
  }

  take(message: unknown): void {
    if (isCommand(message)) this.#dispatch(message.type, message);
  }

  #dispatch<Type extends ToRunner['type']>(
    type: Type,
    message: Extract<ToRunner, { type: Type }>,
  ): void {
    this.#handlers[type](message);
  }

  /** Something broke that belongs to no invocation. */
  report(reason: unknown): void {
    const text = textOf(reason);
    if (text.includes('Promise was abandoned') || text.includes('Isolate was disposed')) return;
    this.#post({ type: 'sick', reason: text });
  }

  readonly #handlers: Handlers = {
    platform: ({ source }) => this.#cells.usePlatform(source),
    load: (message) => this.#load(message),
    unload: ({ extension }) => this.#cells.unload(extension),
    invoke: (message) => void this.#invoke(message),
    answer: ({ id, call, answer }) => this.#invocations.get(id)?.answer(call, answer),
    cancel: ({ id }) =>
      this.#invocations.get(id)?.fail('timeout', 'CANCELLED', 'ended by the gateway'),
  };

  #load({ extension, source, memoryMb }: Extract<ToRunner, { type: 'load' }>): void {
    const failure = this.#cells.load(extension, source, memoryMb);
    if (failure) this.#post({ type: 'unloadable', extension, failure });
    else this.#post({ type: 'loaded', extension });
  }

  async #invoke(message: Extract<ToRunner, { type: 'invoke' }>): Promise<void> {
    const { id, extension, limits } = message;
    const taken = this.#cells.take(extension, limits.memoryMb);
    if (!taken) return this.#refuse(id, 'NOT_LOADED', 'not loaded here');
    const parts = { message, ...taken, operations: createOperations(), post: this.#post };
    const invocation = new Invocation(parts);
    this.#invocations.set(id, invocation);
    this.#startWatch();
    try {
      await invocation.run();
    } catch (error) {
      this.#refuse(id, 'RUNNER_BROKEN', 'the runner broke over it');
      this.#post({ type: 'sick', reason: textOf(error) });
    } finally {
      this.#invocations.delete(id);
      this.#stopWatch();
      this.#cells.retire(taken.cell);
    }
  }

  #refuse(id: number, code: string, message: string): void {
    const failure = { kind: 'unavailable', code, message, frames: [] } as const;
    const usage = { wallMs: 0, cpuMs: 0, heapBytes: 0 };
    this.#post({ type: 'done', id, outcome: { ok: false, failure }, usage });
  }

  #startWatch(): void {
    this.#watch ??= setInterval(() => {
      for (const invocation of this.#invocations.values()) invocation.checkCpu();
    }, WATCH_MS);
  }

  #stopWatch(): void {
    if (this.#invocations.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}
