import ivm from 'isolated-vm';

import { type ScriptCoverage, ScriptCounts } from './script-counts.ts';

/** An isolate that does not answer is in a loop of native code: what it ran is not counted. Unit: milliseconds. */
const ANSWER_MS = 500;

/** Counting, without code caches, takes so many times the CPU time: limits are held to what it would be without. */
const SLOWER = 4n;

/**
 * Counts what one script runs in isolates. They are those of the tests and of runners, unchanged but for an inspector
 * session; nothing in them can see it.
 */
export class CountedIsolates {
  readonly counts: ScriptCounts = new ScriptCounts();
  readonly #url: string;
  readonly #pending = new Set<Promise<void>>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Makes an isolate that is counted. */
  create(options: ivm.IsolateOptions = {}): ivm.Isolate {
    return this.#count(new ivm.Isolate({ ...options, inspector: true }));
  }

  /** Resolves when all that was asked of ended isolates is answered. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #count(isolate: ivm.Isolate): ivm.Isolate {
    let session: Session | undefined;
    let ended = false;
    const own: { readonly [name: PropertyKey]: unknown } = {
      createContextSync: (options?: ivm.ContextOptions) => {
        const context = isolate.createContextSync(options);
        session ??= new Session(isolate, context);
        return context;
      },
      // A cached script was compiled without counters.
      compileScriptSync: (code: string, options: CompileOptions) => {
        const { cachedData, ...others } = options;
        return isolate.compileScriptSync(code, cachedData ? others : options);
      },
      dispose: () => {
        if (!ended) this.#end(isolate, session);
        ended = true;
      },
    };
    return new Proxy(isolate, {
      get(target, name) {
        if (name === 'isDisposed') return ended || target.isDisposed;
        if (name === 'cpuTime') return target.cpuTime / SLOWER;
        if (name in own) return own[name];
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  #end(isolate: ivm.Isolate, session: Session | undefined): void {
    if (!session) return isolate.dispose();
    const ended = this.#take(isolate, session).finally(() => this.#pending.delete(ended));
    this.#pending.add(ended);
  }

  /** Takes what an isolate ran, then ends it. */
  async #take(isolate: ivm.Isolate, session: Session): Promise<void> {
    try {
      const script = await session.take(this.#url);
      if (script) this.counts.add(script);
    } catch {
      // it answers no more
    }
    session.dispose();
    if (!isolate.isDisposed) isolate.dispose();
  }
}

type CompileOptions = ivm.ScriptInfo & ivm.CachedDataOptions;

/** The inspector of one isolate, counting. */
class Session {
  readonly #inside: (work: () => void) => void;
  readonly #waiting = new Map<number, (answer: string) => void>();
  #session: ivm.InspectorSession | undefined;
  #lastId = 0;

  constructor(isolate: ivm.Isolate, context: ivm.Context) {
    // V8 connects an inspector only on the thread that holds the isolate's lock: while this callback runs, it is this one.
    this.#inside = (work) => void context.evalClosureSync('$0()', [new ivm.Callback(work)]);
    this.#inside(() => {
      this.#session = isolate.createInspectorSession();
    });
    const { session } = this;
    session.onResponse = (id, answer) => this.#waiting.get(id)?.(answer);
    session.onNotification = () => undefined;
    void this.#ask('Profiler.enable');
    void this.#ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** What a script ran; undefined when it is not there. */
  async take(url: string): Promise<ScriptCoverage | undefined> {
    const answer = JSON.parse(await this.#ask('Profiler.takePreciseCoverage'));
    const scripts: readonly ScriptCoverage[] = answer.result.result;
    return scripts.find((script) => script.url === url);
  }

  dispose(): void {
    try {
      this.session.dispose();
    } catch {
      // the isolate ended by itself, and its session with it
    }
  }

  private get session(): ivm.InspectorSession {
    if (!this.#session) throw new Error('the isolate has no inspector');
    return this.#session;
  }

  #ask(method: string, params: object = {}): Promise<string> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), ANSWER_MS);
    this.#waiting.set(id, (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    this.session.dispatchProtocolMessage(JSON.stringify({ id, method, params }));
    promise.catch(() => undefined);
    return promise;
  }
}
