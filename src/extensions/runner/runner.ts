import type { FromRunner, ToRunner } from '../../../sandbox/contract.ts';
import { Cells } from './cells.ts';
import { CpuShares } from './cpu-shares.ts';
import { Invocation } from './invocation.ts';
import type { Cell, Inspected } from './isolate.ts';
import { createOperations } from './platform-ops/operations.ts';
import { Workers } from './workers.ts';

/** CPU time is compared with its limit so often. Unit: milliseconds. */
const WATCH_MS = 25;

/** An isolate that was told to end has this long to do so. Unit: milliseconds. */
const LINGER_MS = 250;

type Command = Exclude<ToRunner, { type: 'compile' }>;

type Handlers = {
  readonly [Type in Command['type']]: (message: Extract<Command, { type: Type }>) => void;
};

/** What a runner process does with what the gateway tells it. */
export class Runner {
  readonly #post: (message: FromRunner) => void;
  readonly #cells: Cells;
  readonly #workers = new Workers();
  readonly #invocations = new Map<number, Invocation>();
  readonly #shares = new CpuShares();
  #watch: NodeJS.Timeout | undefined;

  /** @param inspected Of a process that debugs: hears what the debugger of its isolate says. */
  constructor(post: (message: FromRunner) => void, inspected?: Inspected) {
    this.#post = post;
    this.#cells = new Cells(() => this.#invocations.size > 0, inspected);
  }

  /** Says that it is ready. */
  start(): void {
    this.#post({ type: 'ready', v8: process.versions.v8, node: process.versions.node });
  }

  /** The gateway is trusted: what has the type of a command has its form. */
  take(message: ToRunner): void {
    if (message.type !== 'compile') this.#dispatch(message.type, message);
  }

  #dispatch<Type extends Command['type']>(
    type: Type,
    message: Extract<Command, { type: Type }>,
  ): void {
    this.#handlers[type](message);
  }

  /** Something broke that belongs to no invocation. */
  report(reason: unknown): void {
    const text = textOf(reason);
    if (text.includes('Promise was abandoned') || text.includes('Isolate was disposed')) return;
    this.#post({ type: 'sick', id: null, reason: text });
  }

  readonly #handlers: Handlers = {
    platform: ({ source }) => this.#cells.usePlatform(source),
    load: (message) => this.#load(message),
    unload: ({ extension }) => this.#cells.unload(extension),
    invoke: (message) => void this.#invoke(message),
    answer: ({ id, call, answer }) => this.#invocations.get(id)?.answer(call, answer),
    inspect: ({ message }) => this.#cells.inspect(message),
    cancel: ({ id }) =>
      this.#invocations.get(id)?.fail('timeout', 'CANCELLED', 'ended by the gateway'),
  };

  #load(message: Extract<ToRunner, { type: 'load' }>): void {
    const { extension } = message;
    const failure = this.#cells.load(message);
    if (failure) this.#post({ type: 'unloadable', extension, failure });
    else this.#post({ type: 'loaded', extension });
  }

  async #invoke(message: Extract<ToRunner, { type: 'invoke' }>): Promise<void> {
    const { id, extension, limits, random } = message;
    const taken = this.#cells.take(extension, limits.memoryMb);
    if (!taken) return this.#refuse(id, 'NOT_LOADED', 'not loaded here');
    const own = { operations: createOperations(random), post: this.#post };
    const shared = { shares: this.#shares, workers: this.#workers };
    const invocation = new Invocation({ message, ...taken, ...own, ...shared });
    this.#shares.add(taken.cell);
    this.#invocations.set(id, invocation);
    this.#startWatch();
    try {
      await invocation.run();
    } catch (error) {
      this.#refuse(id, 'RUNNER_BROKEN', 'the runner broke over it');
      this.#post({ type: 'sick', id, reason: textOf(error) });
    } finally {
      this.#shares.remove(taken.cell);
      this.#invocations.delete(id);
      this.#stopWatch();
      if (extension !== null && invocation.hasFetched) this.#cells.expectFetch(extension);
      this.#cells.retire(taken.cell);
      this.#mourn(id, taken.cell);
    }
  }

  /** V8 can end a program, but not one operation of its own: such a thread takes a core and memory as long as it likes. */
  #mourn(id: number, cell: Cell): void {
    if (!cell.isEntered) return;
    setTimeout(() => {
      if (cell.isEntered) this.#post({ type: 'sick', id, reason: 'an isolate would not end' });
    }, LINGER_MS).unref();
  }

  #refuse(id: number, code: string, message: string): void {
    const failure = { kind: 'unavailable', code, message, frames: [] } as const;
    const usage = { wallMs: 0, cpuMs: 0, heapBytes: 0 };
    this.#post({ type: 'done', id, outcome: { ok: false, failure }, usage });
  }

  #startWatch(): void {
    this.#watch ??= setInterval(() => {
      this.#shares.look();
      for (const invocation of this.#invocations.values()) invocation.checkCpu();
    }, WATCH_MS);
  }

  #stopWatch(): void {
    if (this.#invocations.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}

/** What is no error could be anything that guest code made. */
function textOf(reason: unknown): string {
  return (reason instanceof Error ? reason.message : typeof reason).slice(0, 500);
}
