import { type Context, createContext, Script } from 'node:vm';

import type { Boot, Call, FetchAnswer, Receive } from '../../../../sandbox/contract.ts';
import { createOperations } from './operations.ts';

/** What a made-up extension does with what its hook is given. */
export type Scene = (event: unknown, context: never) => unknown;

const FETCHED: FetchAnswer = {
  url: 'https://a.test/',
  redirected: false,
  status: 200,
  statusText: 'OK',
  headers: [['content-type', 'application/json']],
  body: '{"a":"é"}',
  isText: true,
};

/** What the made-up host answers, by operation: JSON text of a `HostAnswer`. */
const ANSWERS: { readonly [op: string]: string } = {
  fetch: JSON.stringify({ ok: true, value: FETCHED }),
  'kv.get': '{"ok":true,"value":[1]}',
};

const UNKNOWN = '{"ok":false,"error":{"code":"UNKNOWN","message":"unknown"}}';

/** Something stands for every token and secret, so that one is found. */
const CALL: Partial<Call> = {
  event: { principal: { username: 'a', groups: ['a'] }, at: 1 },
  config: { a: ['b'] },
  tokens: { a: 'b' },
  secrets: { a: 'b' },
  deadline: Number.MAX_SAFE_INTEGER,
  messageLength: 1_000_000,
  resultLength: 1_000_000,
};

/**
 * The platform on a stage of its own: a context of this process, which never runs guest code, with a host that is made up.
 * What is played is what V8 has compiled afterwards.
 */
export class Rehearsal {
  readonly #context: Context = createContext({}, { microtaskMode: 'afterEvaluate' });
  readonly #receive: Receive;
  readonly #calls: { readonly id: number; readonly op: string }[] = [];

  /** @throws {Error} When the script does not evaluate to the platform's `boot`. */
  constructor(platform: Script) {
    const boot: unknown = platform.runInContext(this.#context);
    if (!isBoot(boot)) throw new Error('the platform has no boot');
    const operations = createOperations();
    this.#receive = boot(
      (type, id, op) => void (type === 'call' && this.#calls.push({ id, op })),
      (op, text) => operations.synchronous(op, text) ?? UNKNOWN,
    );
  }

  /** Plays a whole invocation, from the call to the answer. */
  playHook(scene: Scene): void {
    this.#receive('define', 0, '', () => ({ decide: scene }));
    this.#receive('invoke', 0, JSON.stringify({ ...CALL, hook: 'decide' }));
    this.#settle();
  }

  /** Plays a script in an invocation that has no hook. */
  playScript(text: string): void {
    this.#receive('invoke', 0, JSON.stringify({ ...CALL, hook: 'evaluate' }));
    this.#run(text);
    this.#settle();
  }

  /** Answers what the host is asked, and what it is asked then. */
  #settle(): void {
    this.#run('');
    for (let call = this.#calls.shift(); call; call = this.#calls.shift()) {
      this.#receive('answer', call.id, ANSWERS[call.op] ?? UNKNOWN);
      this.#run('');
    }
  }

  /** Promises go on when a script has ended. */
  #run(text: string): void {
    new Script(text).runInContext(this.#context);
  }
}

function isBoot(value: unknown): value is Boot {
  return typeof value === 'function';
}
