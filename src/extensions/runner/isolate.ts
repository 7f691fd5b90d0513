import ivm from 'isolated-vm';

import type { Scene } from '../../../sandbox/contract.ts';

/**
 * The only file that imports isolated-vm. A `Cell` is one isolate with one context, made ready before it is needed: the
 * platform has booted in it, the extension's bundle is compiled into a factory that was not called yet. It serves one
 * invocation and is disposed.
 *
 * Its rules, each with a reason that was measured:
 * - Only primitives cross, through two `Callback`s that hold no live reference and take no options: options objects made
 *   inside an isolate are read through a prototype that guest code can pollute.
 * - Guest code is never run by a synchronous call: such a call would hold the runner's own thread.
 * - `memoryLimit` is soft and `timeout` ends with the first await: both are only the first of several fences.
 * - What guest code threw is never turned into text here: the text of a number of many megabits takes minutes.
 */
export interface CellPorts {
  /** A message of the runtime in the isolate. Every argument is unchecked. */
  readonly send: (type: unknown, id: unknown, name: unknown, text: unknown) => void;
  /** A question that is answered at once. */
  readonly ask: (op: unknown, text: unknown) => string;
  /** V8 lost control of the isolate: its thread is gone for good. */
  readonly catastrophe: (message: string) => void;
}

/** Booting runs only our own script; longer than this is a broken machine. Unit: milliseconds. */
const BOOT_TIMEOUT_MS = 5_000;

/** A script with a code cache, if there is one. */
export class CompiledScript {
  readonly source: string;
  readonly filename: string;
  #cache: ivm.ExternalCopy<ArrayBuffer> | undefined;

  constructor(source: string, filename: string, cache: ivm.ExternalCopy<ArrayBuffer> | undefined) {
    this.source = source;
    this.filename = filename;
    this.#cache = cache;
  }

  /** @param cache Base64, of a process of the same V8 and flags; left out or empty: it is made here. */
  static of(source: string, filename: string, cache: string | undefined): CompiledScript {
    if (!cache) return compile(source, filename);
    const { buffer } = Uint8Array.from(Buffer.from(cache, 'base64'));
    return new CompiledScript(source, filename, new ivm.ExternalCopy(buffer));
  }

  get cache(): ivm.ExternalCopy<ArrayBuffer> | undefined {
    return this.#cache;
  }

  /** Compiles it into an isolate. A cache that V8 does not take is not offered again: one that is made here follows it. */
  into(isolate: ivm.Isolate): ivm.Script {
    const { source, filename } = this;
    if (!this.#cache) return isolate.compileScriptSync(source, { filename });
    const script = isolate.compileScriptSync(source, { filename, cachedData: this.#cache });
    if (isRejected(script)) this.#cache = compile(source, filename).cache;
    return script;
  }
}

/**
 * Compiles a script once for its code cache, in an isolate that runs nothing.
 *
 * @throws {SyntaxError} When the script does not parse.
 */
function compile(source: string, filename: string): CompiledScript {
  const isolate = new ivm.Isolate();
  try {
    const options = { filename, produceCachedData: true } as const;
    const script = isolate.compileScriptSync(source, options);
    return new CompiledScript(source, filename, readCache(script));
  } finally {
    isolate.dispose();
  }
}

function readCache(script: ivm.Script): ivm.ExternalCopy<ArrayBuffer> | undefined {
  const made: unknown = Reflect.get(script, 'cachedData');
  return made instanceof ivm.ExternalCopy ? made : undefined;
}

function isRejected(script: ivm.Script): boolean {
  return 'cachedDataRejected' in script && script.cachedDataRejected === true;
}

/** Hears what the debugger of an isolate answers and tells: messages of the Chrome DevTools Protocol. */
export type Inspected = (message: string) => void;

export class Cell {
  readonly #isolate: ivm.Isolate;
  readonly #context: ivm.Context;
  readonly #receive: ivm.Reference;
  #ports: CellPorts | undefined;
  #session: ivm.InspectorSession | undefined;
  /** What preparing took: it is not the invocation's. */
  #runBefore = 0n;
  /** What an isolate that is gone can no longer be asked. */
  #runAtEnd = 0n;
  #underWay = 0;
  readonly #rehearsed = new Set<Scene>();

  /**
   * @param platform What every isolate starts with; its completion value is the function that boots the runtime.
   * @param bundle The extension, wrapped as a factory; null for a cell that evaluates a script.
   * @param inspected For a cell that is debugged; no other one has a debugger in it.
   */
  constructor(
    platform: CompiledScript,
    bundle: CompiledScript | null,
    memoryMb: number,
    inspected?: Inspected,
  ) {
    const inspector = inspected !== undefined;
    this.#isolate = new ivm.Isolate({
      memoryLimit: memoryMb,
      inspector,
      onCatastrophicError: (message) => this.#ports?.catastrophe(message),
    });
    this.#context = this.#isolate.createContextSync({ inspector });
    if (inspected) this.#openInspector(inspected);
    this.#receive = this.#boot(platform);
    if (bundle) this.#define(bundle);
    this.#runBefore = this.#isolate.cpuTime;
  }

  hasRehearsed(scene: Scene): boolean {
    return this.#rehearsed.has(scene);
  }

  /** Plays a scene with a made-up host, so that its code is evaluated and compiled. It is our own code alone that runs. */
  rehearse(scene: Scene): void {
    this.#rehearsed.add(scene);
    this.#receive.applySync(undefined, ['rehearse', 0, scene], { timeout: BOOT_TIMEOUT_MS });
    this.#runBefore = this.#isolate.cpuTime;
  }

  /** Connects the cell to the one invocation that it serves. */
  attach(ports: CellPorts): void {
    this.#ports = ports;
  }

  /**
   * Hands a message to the runtime. Rejects when the isolate ended meanwhile, or when guest code left a rejection that
   * nobody handles.
   */
  async deliver(type: string, id: number, text: string): Promise<void> {
    await this.#entered(
      this.#receive.apply(undefined, [type, id, text], { result: { copy: true } }),
    );
  }

  /** Runs a script and hands what it evaluates to, as it is, to the runtime. */
  async evaluate(source: string): Promise<void> {
    const script = await this.#isolate.compileScript(source, { filename: 'entrada:evaluate' });
    const value = await this.#entered(
      script.run(this.#context, { reference: true, release: true }),
    );
    const given = ['evaluated', 0, '', value.derefInto({ release: true })];
    await this.#entered(this.#receive.apply(undefined, given, { result: { copy: true } }));
  }

  /**
   * True while guest code may be running. All of it runs inside something that was handed over, and that comes back only
   * when the thread has left the isolate: after `dispose`, too.
   */
  get isEntered(): boolean {
    return this.#underWay > 0;
  }

  /** How long its thread ran, or waited for a core to run on, since it was made ready. Unit: milliseconds. */
  get runMs(): number {
    const now = this.#isolate.isDisposed ? this.#runAtEnd : this.#isolate.cpuTime;
    return Math.max(0, Number(now - this.#runBefore) / 1e6);
  }

  /** Bytes of heap and of buffers, now; 0 when it cannot be asked any more. */
  async heapBytes(): Promise<number> {
    if (this.#isolate.isDisposed) return 0;
    const heap = await this.#isolate.getHeapStatistics();
    return heap.used_heap_size + heap.externally_allocated_size;
  }

  get isDisposed(): boolean {
    return this.#isolate.isDisposed;
  }

  /** A message for the debugger; a cell without one does nothing. */
  inspect(message: string): void {
    this.#session?.dispatchProtocolMessage(message);
  }

  dispose(): void {
    if (this.#session) return; // V8 does not survive the end of an isolate with a debugger: its process ends instead
    if (this.#isolate.isDisposed) return;
    this.#runAtEnd = this.#isolate.cpuTime;
    this.#isolate.dispose();
  }

  async #entered<Value>(work: Promise<Value>): Promise<Value> {
    this.#underWay++;
    try {
      return await work;
    } finally {
      this.#underWay--;
    }
  }

  /**
   * V8 connects a debugger only on a thread that holds the isolate's lock: this one does while the isolate calls out.
   */
  #openInspector(inspected: Inspected): void {
    const open = new ivm.Callback(() => {
      const session = this.#isolate.createInspectorSession();
      session.onResponse = (_, message) => inspected(message);
      session.onNotification = inspected;
      this.#session = session;
    });
    this.#context.evalClosureSync('$0()', [open], { timeout: BOOT_TIMEOUT_MS });
  }

  #boot(platform: CompiledScript): ivm.Reference {
    const boot = platform.into(this.#isolate).runSync(this.#context, {
      reference: true,
      timeout: BOOT_TIMEOUT_MS,
    });
    const send = new ivm.Callback(
      (type: unknown, id: unknown, name: unknown, text: unknown) =>
        this.#ports?.send(type, id, name, text),
      { ignored: true },
    );
    const ask = new ivm.Callback((op: unknown, text: unknown) => this.#ports?.ask(op, text) ?? '');
    const options = { result: { reference: true }, timeout: BOOT_TIMEOUT_MS } as const;
    return boot.applySync(undefined, [send, ask], options);
  }

  /** The bundle's completion value is a function: nothing of the author's has run when it is handed over. */
  #define(bundle: CompiledScript): void {
    const factory = bundle.into(this.#isolate).runSync(this.#context, {
      reference: true,
      timeout: BOOT_TIMEOUT_MS,
    });
    this.#receive.applySync(undefined, ['define', 0, '', factory.derefInto({ release: true })], {
      timeout: BOOT_TIMEOUT_MS,
    });
  }
}
