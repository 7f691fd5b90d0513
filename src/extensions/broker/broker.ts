import { z } from 'zod';

import type {
  BrokerOp,
  EndSessionsCall,
  EnqueueCall,
  FetchCall,
  HostAnswer,
  Json,
  JsonObject,
} from '../../../sandbox/contract.ts';
import type { HostCallRecord } from '../record.ts';
import type { Clock } from '../../clock.ts';
import type { Secret } from '../../config/secret.ts';
import type { Store } from '../../store/store.ts';
import { MAX_NESTING, nestsTooDeep } from '../nesting.ts';
import { isFetchCall } from './fetch-call.ts';
import { brokeredFetch, type FetchContext } from './fetch.ts';
import { HeldLinks } from './held-links.ts';
import { secretsOf } from './handles.ts';
import { EXCHANGE, GET, Kv, LIST, MAX_VALUE, SET, valueTooLarge } from './kv.ts';
import { END_SESSIONS, endSessions, type SessionDesk } from './sessions.ts';
import { sign, SIGN_CALL, type SignCall, type Signer } from './sign.ts';

/** What a broker is made of. */
export type BrokerContext = Omit<
  FetchContext,
  'record' | 'changing' | 'signal' | 'links' | 'challenged'
> & {
  readonly clock: Clock;
  /** Keys that the manifest says it shares: the order of extensions was made with them. */
  readonly provides: readonly string[];
  /** Hooks that the extension has. Left out: not known. */
  readonly hooks?: ReadonlySet<string>;
  /** The hook may leave no work for later. */
  readonly leavesNothing?: boolean;
  /** Left out: a person waits for the hook, and it ends no sessions. */
  readonly sessions?: SessionDesk;
  /** Where values of extensions are kept. */
  readonly store: Store;
  /** Hears what broke in the gateway itself: the extension is told no more than that. */
  readonly broken: (error: unknown) => void;
  /** Hears of every request when it ended. */
  readonly called?: (call: HostCallRecord) => void;
  /** What the extension was told and must not keep. */
  readonly confidential?: readonly Secret[];
  /** Left out: signs with the secrets that are granted. */
  readonly signer?: Signer;
};

/** What one invocation shares with the extensions after it, by `key`. */
export type Shared = Map<string, Json>;

/** Values that extensions share, each no longer than this. Unit: UTF-16 code units of its JSON. */
export const MAX_SHARED: number = 4 * 1024;

const SHARE = z.strictObject({
  key: z.string().regex(/^[\w.-]{1,64}$/),
  value: z.json().refine((value) => JSON.stringify(value).length <= MAX_SHARED),
});

/** What extensions leave for themselves, each no longer than this. Unit: UTF-16 code units of its JSON. */
export const MAX_PAYLOAD: number = 16 * 1024;

/** In one invocation. */
export const MAX_ENQUEUED = 20;

/** Unit: seconds. */
const MAX_DELAY = 7 * 24 * 3_600;

const ENQUEUE: z.ZodType<EnqueueCall> = z.strictObject({
  event: z.string().regex(/^work\.\w[\w.-]{0,63}$/),
  payload: z.json().refine((payload) => JSON.stringify(payload).length <= MAX_PAYLOAD),
  delay: z.number().min(0).max(MAX_DELAY).exactOptional(),
});

/** No value that is kept or signed has as many; each is looked at by the process that everybody waits for. */
const MAX_VALUES = 20_000;

type Operation = (broker: Broker, argument: unknown) => Promise<HostAnswer>;

/** The operations that the broker performs, each with the check of its argument. */
const OPERATIONS: { readonly [op in BrokerOp]: Operation } = {
  fetch: async (broker, argument) =>
    isFetchCall(argument)
      ? broker.fetch(argument)
      : refusal('ARGUMENT_INVALID', 'no request as fetch describes it'),
  'kv.get': operation(GET, (broker, { key }) => broker.kv.get(key)),
  'kv.list': operation(LIST, (broker, { prefix }) => broker.kv.list(prefix)),
  'kv.set': operation(SET, (broker, write) => broker.kv.set(write)),
  'kv.delete': operation(GET, (broker, { key }) => broker.kv.delete(key)),
  'kv.compareAndSet': operation(EXCHANGE, (broker, exchange) => broker.kv.compareAndSet(exchange)),
  sign: operation(SIGN_CALL, (broker, call) => broker.sign(call)),
  'sessions.end': operation(END_SESSIONS, (broker, call) => broker.endSessions(call)),
  enqueue: operation(ENQUEUE, async (broker, call) => broker.enqueue(call)),
  share: operation(SHARE, async (broker, { key, value }) => broker.share(key, value)),
};

function operation<Argument>(
  schema: z.ZodType<Argument>,
  perform: (broker: Broker, argument: Argument) => Promise<HostAnswer>,
): Operation {
  return async (broker, argument) => {
    if (nestsTooDeep(argument, MAX_VALUES)) {
      const what = `it nests deeper than ${MAX_NESTING}, or has more than ${MAX_VALUES} values`;
      return refusal('ARGUMENT_INVALID', what);
    }
    const checked = schema.safeParse(argument);
    if (checked.success) return perform(broker, checked.data);
    const [issue] = checked.error.issues;
    const where = issue?.path.join('.') ?? '';
    return refusal('ARGUMENT_INVALID', `${where === '' ? '' : `${where}: `}${issue?.message}`);
  };
}

/**
 * The one place through which an invocation reaches anything outside its isolate. It answers every call, whatever comes;
 * nothing that it answers holds a stack, a path of the host, or a secret.
 */
export class Broker {
  readonly #context: BrokerContext;
  /** Made with the first request: most invocations make none. */
  #ended: AbortController | undefined;
  /** Requests that have no answer yet. */
  #underWay = 0;
  #isOver = false;
  readonly #calls: HostCallRecord[] = [];
  readonly #shared: Shared = new Map();
  readonly #enqueued: EnqueueCall[] = [];
  readonly #links = new HeldLinks();
  #kv: Kv | undefined;
  readonly #challenges = new Map<string, JsonObject>();
  #changedSomething = false;

  constructor(context: BrokerContext) {
    this.#context = context;
  }

  /** Requests so far, refused ones too. */
  get calls(): readonly HostCallRecord[] {
    return this.#calls;
  }

  /** True while it sent nothing that must not happen twice. */
  get isRepeatable(): boolean {
    return !this.#changedSomething;
  }

  /** It is run once more: what it left is left again, and what it asked for that did not leave yet is asked for again. */
  begin(): void {
    this.#enqueued.length = 0;
    this.#shared.clear();
    this.#abort();
    this.#ended = undefined;
  }

  /** What it leaves for itself, when it ends well. */
  get enqueued(): readonly EnqueueCall[] {
    return this.#enqueued;
  }

  get shared(): Shared {
    return this.#shared;
  }

  /** What APIs want the person to prove before they take their token, by resource. */
  get challenges(): ReadonlyMap<string, JsonObject> {
    return this.#challenges;
  }

  /** Answers one host call: JSON text in, JSON text of a `HostAnswer` out. */
  async call(op: string, argument: string): Promise<string> {
    return JSON.stringify(await this.#perform(op, argument));
  }

  /** The invocation is over: what is under way is ended. */
  end(): void {
    this.#isOver = true;
    this.#abort();
  }

  #abort(): void {
    if (this.#underWay > 0) this.#ended?.abort(); // it makes an error with a stack: not for nobody
  }

  async fetch(call: FetchCall): Promise<HostAnswer> {
    this.#underWay++;
    const result = await brokeredFetch(call, this.#fetchContext()).finally(() => this.#underWay--);
    if (!result.ok) {
      const { ok, ...error } = result;
      return { ok, error };
    }
    return { ok: true, value: { ...result.value } };
  }

  #fetchContext(): FetchContext {
    return {
      ...this.#context,
      signal: this.#signal(),
      record: (one) => this.#record(one),
      challenged: (resource, claims) => void this.#challenges.set(resource, claims),
      changing: () => this.#changing(),
      links: this.#links,
    };
  }

  #signal(): AbortSignal {
    if (this.#isOver) return AbortSignal.abort();
    return (this.#ended ??= new AbortController()).signal;
  }

  get kv(): Kv {
    const { store, extension, clock, handles, shadow, confidential = [] } = this.#context;
    const secrets = [...secretsOf(handles), ...confidential];
    const writing = this.#writing.bind(this);
    return (this.#kv ??= new Kv({ store, extension, clock, secrets, shadow, writing }));
  }

  sign(call: SignCall): Promise<HostAnswer> {
    const { grant, clock, signer = sign } = this.#context;
    return signer(call, grant, clock);
  }

  endSessions(call: EndSessionsCall): Promise<HostAnswer> {
    const { sessions, grant, shadow } = this.#context;
    return endSessions(call, {
      desk: sessions,
      granted: grant.sessions.end,
      shadow,
      changing: () => this.#changing(),
      record: (one) => this.#record(one),
    });
  }

  share(key: string, value: Json): HostAnswer {
    if (!this.#context.provides.includes(key)) {
      return refusal('SHARE_NOT_DECLARED', `${key} is not among provides in extension.yaml`);
    }
    this.#shared.set(key, value);
    return { ok: true, value: null };
  }

  enqueue(call: EnqueueCall): HostAnswer {
    if (this.#context.leavesNothing) {
      return refusal('ENQUEUE_REFUSED', 'who is asked about a password leaves nothing for later');
    }
    if (this.#context.hooks?.has(`event ${call.event}`) === false) {
      return refusal('ENQUEUE_UNKNOWN', `the extension has no hook ${call.event} among its events`);
    }
    if (this.#enqueued.length >= MAX_ENQUEUED) {
      return refusal('ENQUEUE_LIMIT', `${MAX_ENQUEUED} are the most that one invocation leaves`);
    }
    if (this.#context.shadow) this.#leftOut('ENQUEUE', `entrada:${call.event}`);
    else this.#enqueued.push(call);
    return { ok: true, value: null };
  }

  async #perform(op: string, argument: string): Promise<HostAnswer> {
    if (!isOperation(op)) {
      return refusal('OPERATION_UNKNOWN', 'the host does not know this operation');
    }
    try {
      return refuseLong(op, argument) ?? (await OPERATIONS[op](this, JSON.parse(argument)));
    } catch (error) {
      this.#context.broken(error);
      return refusal('OPERATION_FAILED', 'the host could not do this');
    }
  }

  #writing(op: 'set' | 'delete', key: string): void {
    if (!this.#context.shadow) {
      this.#changing();
      return;
    }
    this.#leftOut(op.toUpperCase(), `entrada:kv/${encodeURIComponent(key)}`);
  }

  #changing(): void {
    this.#changedSomething = true;
  }

  /** In shadow mode: what would have been done. */
  #leftOut(method: string, url: string): void {
    const code = 'SHADOW_NOT_SENT';
    this.#record({ method, url, status: null, rule: null, code, ms: 0 });
  }

  #record(call: HostCallRecord): void {
    this.#calls.push(call);
    this.#context.called?.(call);
  }
}

/** What asks for something to be kept or told is no longer, however it is written. Unit: UTF-16 code units. */
const MAX_ARGUMENT: number = 4 * MAX_VALUE;

/** They have limits of their own, and bring what they are about with them. */
const LONG: ReadonlySet<BrokerOp> = new Set(['fetch', 'sign']);

const KEEPING: ReadonlySet<BrokerOp> = new Set(['kv.set', 'kv.compareAndSet']);

/** Refuses before it is read: that takes much longer than to see that it is too long, and everybody waits meanwhile. */
function refuseLong(op: BrokerOp, { length }: string): HostAnswer | undefined {
  if (length <= MAX_ARGUMENT || LONG.has(op)) return undefined;
  if (KEEPING.has(op)) return valueTooLarge(length);
  return refusal('ARGUMENT_INVALID', `it has more than ${MAX_ARGUMENT} characters`);
}

function isOperation(op: string): op is BrokerOp {
  return Object.hasOwn(OPERATIONS, op);
}

function refusal(code: string, message: string): HostAnswer {
  return { ok: false, error: { code, message } };
}
