import { setTimeout as sleep } from 'node:timers/promises';

import { toClientContexts, toIsolateContexts } from './contexts.ts';

/** A message of the Chrome DevTools Protocol, as far as it is looked at. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly [name: string]: unknown };
  readonly result?: { readonly [name: string]: unknown };
}

/** Where a script begins to be the author's: the name of the script, and a line of it, from 0. */
export interface StartPlace {
  readonly url: string;
  readonly lineNumber: number;
}

/** What a frontend has said that is to hold in the next isolate too. */
const LASTING: ReadonlySet<string> = new Set([
  'Runtime.enable',
  'Debugger.enable',
  'Debugger.setAsyncCallStackDepth',
  'Debugger.setBlackboxPatterns',
  'Debugger.setBreakpointsActive',
  'Debugger.setPauseOnExceptions',
  'Debugger.setSkipAllPauses',
  'HeapProfiler.enable',
  'Profiler.enable',
]);

/** What ends what was said before. */
const ENDING: { readonly [method: string]: string } = {
  'Debugger.disable': 'Debugger.enable',
  'Runtime.disable': 'Runtime.enable',
  'HeapProfiler.disable': 'HeapProfiler.enable',
  'Profiler.disable': 'Profiler.enable',
};

/** Ids of requests that are made again for the frontend: it hears nothing of their answers. */
const OWN_IDS = 1_000_000_000;

/** To a frontend, an isolate that is gone is a page that is loaded again. */
const CLEARED = '{"method":"Runtime.executionContextsCleared","params":{}}';

/** A frontend that says nothing for so long has set its breakpoints. Unit: milliseconds. */
const QUIET_MS = 100;

/** And it is not waited for longer than this. */
const QUIET_MOST_MS = 1_000;

/**
 * One debugger's frontend over many isolates: each invocation has an isolate of its own, and a new one takes the place of
 * the one before as a page takes the place of another. What the frontend asked for holds in the next one too.
 */
export class Frontend {
  readonly #lasting = new Map<string, string>();
  /** Requests of breakpoints by the ids that they were given. */
  readonly #breakpoints = new Map<string, string>();
  readonly #asked = new Map<number, string>();
  readonly #waiting = Promise.withResolvers<void>();
  #toClient: ((message: string) => void) | undefined;
  #toIsolate: ((message: string) => void) | undefined;
  /** Said before there was an isolate. */
  #early: string[] = [];
  #ownId = OWN_IDS;
  /** Which isolate it is, from 0. */
  #isolate = -1;
  #spokeAt = 0;
  /** Of the request for the breakpoint at the beginning. */
  #startId: number | undefined;
  #start: string | undefined;

  /** Resolves when a frontend says that it is ready (`Runtime.runIfWaitingForDebugger`). */
  get ready(): Promise<void> {
    return this.#waiting.promise;
  }

  /** A client connects; one before it is forgotten, with all that it asked for. */
  connect(toClient: (message: string) => void): void {
    this.disconnect();
    this.#toClient = toClient;
  }

  /** The client is gone: nothing pauses any more. */
  disconnect(): void {
    if (this.#toClient) this.#ask('Debugger.disable', {});
    this.#toClient = undefined;
    this.#lasting.clear();
    this.#breakpoints.clear();
  }

  /** A message of the client. */
  fromClient(text: string): void {
    this.#spokeAt = performance.now();
    const message: Message = JSON.parse(text);
    this.#note(message, text);
    if (this.#toIsolate) this.#toIsolate(toIsolateContexts(text, this.#isolate));
    else this.#early.push(text);
    if (message.method === 'Runtime.runIfWaitingForDebugger') this.#waiting.resolve();
  }

  /** A new isolate, in which nothing has run; resolves when the frontend had time to set its breakpoints there. */
  async attach(toIsolate: (message: string) => void): Promise<void> {
    this.#toIsolate = toIsolate;
    this.#isolate += 1;
    const early = this.#early.splice(0);
    const before = [...this.#lasting.values(), ...this.#breakpoints.values()].filter(
      (text) => !early.includes(text),
    );
    if (before.length > 0) this.#toClient?.(CLEARED);
    for (const text of before) this.#again(text);
    for (const text of early) toIsolate(text);
    await this.#quiet();
  }

  /** The isolate is gone: what is said now is for the next one. */
  detach(): void {
    this.#toIsolate = undefined;
  }

  /** Pauses where the extension begins, unless somebody has set a breakpoint: there, they still can. */
  pauseAt(place: StartPlace): void {
    if (this.#breakpoints.size > 0) return;
    this.#ask('Debugger.setBreakpointByUrl', place);
    this.#startId = this.#ownId;
  }

  /** A message of the isolate. */
  fromIsolate(text: string): void {
    const { id, method, result }: Message = JSON.parse(text);
    if (id !== undefined && id >= OWN_IDS) return this.#hearOwn(id, result);
    if (method === 'Debugger.paused') this.#forgetStart();
    const asked = id === undefined ? undefined : this.#asked.get(id);
    if (id !== undefined) this.#asked.delete(id);
    const breakpoint = result?.['breakpointId'];
    if (asked !== undefined && typeof breakpoint === 'string')
      this.#breakpoints.set(breakpoint, asked);
    this.#toClient?.(toClientContexts(text, this.#isolate));
  }

  #hearOwn(id: number, result: Message['result']): void {
    const breakpointId = result?.['breakpointId'];
    if (typeof breakpointId !== 'string') return;
    if (id === this.#startId) this.#start = breakpointId;
    else this.#resolve(breakpointId, result?.['locations']);
  }

  /** As a browser does it after a page was loaded again: the frontend hears where its breakpoints are now. */
  #resolve(breakpointId: string, locations: unknown): void {
    if (!Array.isArray(locations)) return;
    for (const location of locations)
      this.#toClient?.(
        JSON.stringify({
          method: 'Debugger.breakpointResolved',
          params: { breakpointId, location },
        }),
      );
  }

  /** It was there for the first pause alone. */
  #forgetStart(): void {
    if (this.#start !== undefined)
      this.#ask('Debugger.removeBreakpoint', { breakpointId: this.#start });
    this.#start = undefined;
  }

  #note({ id, method = '', params }: Message, text: string): void {
    if (LASTING.has(method)) this.#lasting.set(method, text);
    const ended = ENDING[method];
    if (ended !== undefined) this.#lasting.delete(ended);
    if (method === 'Debugger.setBreakpointByUrl' && id !== undefined) this.#asked.set(id, text);
    if (method === 'Debugger.removeBreakpoint')
      this.#breakpoints.delete(String(params?.['breakpointId']));
  }

  #again(text: string): void {
    const { method = '', params = {} }: Message = JSON.parse(text);
    this.#ask(method, params);
  }

  #ask(method: string, params: object): void {
    this.#toIsolate?.(JSON.stringify({ id: ++this.#ownId, method, params }));
  }

  async #quiet(): Promise<void> {
    if (!this.#toClient) return;
    const began = performance.now();
    this.#spokeAt = began;
    const isOver = (now: number): boolean =>
      now - this.#spokeAt >= QUIET_MS || now - began >= QUIET_MOST_MS;
    // oxlint-disable-next-line no-await-in-loop -- it waits for somebody else to be done
    while (!isOver(performance.now())) await sleep(QUIET_MS / 4);
  }
}
