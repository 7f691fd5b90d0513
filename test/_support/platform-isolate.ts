import ivm from 'isolated-vm';

import type { Call, FetchAnswer, FetchCall, HostAnswer, Json } from '../../sandbox/contract.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';
import { createOperations } from '../../src/extensions/runner/platform-ops/operations.ts';

/** How the made-up host behaves. */
export interface IsolateOptions {
  /** Answers a `fetch`; an error becomes the host's refusal, with its name as code. */
  readonly fetch?: (call: FetchCall) => Partial<FetchAnswer> | Promise<Partial<FetchAnswer>>;
  /** Answers every operation of `crypto.subtle`; left out: a runner's own do. */
  readonly crypto?: () => HostAnswer;
  readonly memoryMb?: number;
  /** It plays a call and a fetch before its invocation begins, as isolates do in idle time. */
  readonly rehearsed?: boolean;
}

/** An isolate with the platform in it, driven as a runner drives it, in this process. */
export interface PlatformIsolate extends AsyncDisposable {
  /** Runs a script; its value, or what it resolves to, has to be plain data. */
  run<T = unknown>(script: string): Promise<T>;
  /** Calls a function in the isolate: its source is taken, so it sees nothing of the test. */
  call<T = unknown>(script: Function, ...given: readonly Json[]): Promise<T>;
  readonly logs: readonly { readonly level: string; readonly text: string }[];
  /** The messages of failures that the runtime reported. */
  readonly failures: readonly { readonly kind: string; readonly text: string }[];
  /** The arguments of host calls, as they crossed the bridge. */
  readonly calls: readonly { readonly id: number; readonly op: string; readonly text: string }[];
}

const CALL: Call = {
  hook: 'evaluate',
  event: {},
  config: {},
  tokens: {},
  secrets: {},
  deadline: Date.now() + 60_000,
} as unknown as Call;

/** Room enough for everything that a test does. Unit: UTF-16 code units. */
const MESSAGE_LENGTH = 64 * 1024 * 1024;

async function answerFetch(text: string, { fetch }: IsolateOptions): Promise<HostAnswer> {
  try {
    const answer = await fetch?.(JSON.parse(text));
    if (!answer) return refusal('NOT_GRANTED', 'nothing is granted here');
    const defaults = { url: JSON.parse(text).url, redirected: false, status: 200 };
    const rest = { statusText: '', headers: [], body: '', isText: false };
    return { ok: true, value: { ...defaults, ...rest, ...answer } as unknown as Json };
  } catch (error) {
    const { name, message } = error as Error;
    return refusal(name, message);
  }
}

function refusal(code: string, message: string): HostAnswer {
  return { ok: false, error: { code, message } };
}

/** Makes an isolate. */
export async function createPlatformIsolate(
  options: IsolateOptions = {},
): Promise<PlatformIsolate> {
  const code = await loadPlatform();
  const isolate = new ivm.Isolate({ memoryLimit: options.memoryMb ?? 128 });
  const context = isolate.createContextSync();
  const operations = createOperations();
  const timers = new Map<number, NodeJS.Timeout>();
  const logs: { level: string; text: string }[] = [];
  const failures: { kind: string; text: string }[] = [];
  const calls: { id: number; op: string; text: string }[] = [];

  const deliver = (type: string, id: number, text: string): void => {
    if (isolate.isDisposed) return;
    receive.apply(undefined, [type, id, text]).catch((error: unknown) => {
      failures.push({ kind: 'unhandled', text: String(error) });
    });
  };

  async function perform(id: number, op: string, text: string): Promise<void> {
    if (options.crypto && op.startsWith('crypto.')) {
      return deliver('answer', id, JSON.stringify(options.crypto()));
    }
    const own = operations.asynchronous(op);
    const answer = own
      ? await own(text)
      : JSON.stringify(
          op === 'fetch' ? await answerFetch(text, options) : refusal('UNKNOWN_OP', op),
        );
    deliver('answer', id, answer);
  }

  const take: { readonly [type: string]: (id: number, name: string, text: string) => void } = {
    log: (_id, level, text) => void logs.push({ level, text }),
    failed: (_id, kind, text) => void failures.push({ kind, text }),
    done: () => {},
    clear: (id) => clearTimeout(timers.get(id)),
    timer: (id, _name, text) => {
      timers.set(
        id,
        setTimeout(() => deliver('timer', id, ''), Number(text)),
      );
    },
    call: (id, op, text) => {
      calls.push({ id, op, text });
      void perform(id, op, text);
    },
  };

  const script = isolate.compileScriptSync(code, { filename: 'entrada:platform' });
  const boot = script.runSync(context, { reference: true });
  const send = new ivm.Callback(
    (type: string, id: number, name: string, text: string) => take[type]!(id, name, text),
    { ignored: true },
  );
  const ask = new ivm.Callback(
    (op: string, text: string) =>
      operations.synchronous(op, text) ?? JSON.stringify(refusal('UNKNOWN_OP', op)),
  );
  const receive: ivm.Reference = boot.applySync(undefined, [send, ask], {
    result: { reference: true },
  });
  if (options.rehearsed) {
    for (const scene of ['call', 'fetch']) receive.applySync(undefined, ['rehearse', 0, scene]);
  }
  const call = { ...CALL, messageLength: MESSAGE_LENGTH, resultLength: MESSAGE_LENGTH };
  receive.applySync(undefined, ['invoke', 0, JSON.stringify(call)]);

  /** The script's value is whatever the test says that it is. */
  async function evaluate<T>(text: string): Promise<T> {
    return context.eval(text, { filename: 'test.js', promise: true, copy: true }) as Promise<T>;
  }

  return {
    logs,
    failures,
    calls,
    run: evaluate,
    call: (body, ...given) =>
      evaluate(`(${String(body)})(${given.map((value) => JSON.stringify(value)).join(',')})`),
    async [Symbol.asyncDispose]() {
      for (const timer of timers.values()) clearTimeout(timer);
      if (!isolate.isDisposed) isolate.dispose();
    },
  };
}
