import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import type { HostAnswer, Json } from '../../../sandbox/contract.ts';
import type { Clock } from '../../clock.ts';
import { holdsSecret, maskTexts } from '../../config/masking.ts';
import type { Secret } from '../../config/secret.ts';
import { isEntradaError } from '../../errors.ts';
import type { Change, Kind, Store } from '../../store/store.ts';

/** Values of extensions. Sealed: what an extension keeps about people is nobody else's to read. */
export const KV: Kind<Json> = { name: 'extension-kv', sealed: true, indexes: ['extension'] };

/** Keys of one extension. */
export const MAX_KEYS: number = 1_000;
/** Unit: bytes of UTF-8. */
export const MAX_KEY: number = 256;
/** Unit: bytes of the value's JSON in UTF-8. */
export const MAX_VALUE: number = 16 * 1024;
/** Unit: seconds. Also what a value gets that names none: nothing stays for good. */
export const MAX_TTL: number = 30 * 24 * 3_600;

/** What the values of one extension are kept with, for one invocation. */
export interface KvContext {
  readonly store: Store;
  readonly extension: string;
  readonly clock: Clock;
  /** What must not be kept. */
  readonly secrets: readonly Secret[];
  /** Reads, and checks writes without performing them. */
  readonly shadow: boolean;
  /** Told of every write before it happens, and of those that shadow mode leaves out. */
  readonly writing: (op: 'set' | 'delete', key: string) => void;
}

interface Write {
  readonly key: string;
  readonly value: Json;
  /** Unit: seconds. */
  readonly ttl?: number | undefined;
}

interface Exchange extends Write {
  /** The value that must be there; left out: none must be. */
  readonly expected?: Json | undefined;
}

const key = z
  .string()
  .min(1)
  .refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= MAX_KEY)
  // oxlint-disable-next-line no-control-regex -- these are what is refused
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text));

const ttl = z.number().int().min(1).max(MAX_TTL).optional();

export const GET: z.ZodType<{ readonly key: string }> = z.strictObject({ key });
export const LIST: z.ZodType<{ readonly prefix: string }> = z.strictObject({
  prefix: z.string().max(MAX_KEY),
});
export const SET: z.ZodType<Write> = z.strictObject({ key, value: z.json(), ttl });
export const EXCHANGE: z.ZodType<Exchange> = z.strictObject({
  key,
  value: z.json(),
  ttl,
  expected: z.json().optional(),
});

/**
 * What one extension keeps between invocations: small values by key, each with an end. No other extension sees them, and no
 * secret stays in them.
 */
export class Kv {
  readonly #context: KvContext;

  constructor(context: KvContext) {
    this.#context = context;
  }

  /** The value in a list, or an empty list: null is a value too. */
  get(name: string): Promise<HostAnswer> {
    return guard(async () => {
      const record = await this.#context.store.get(KV, this.#id(name));
      return done(record ? [record.value] : []);
    });
  }

  /** Keys that begin so, in order. */
  list(prefix: string): Promise<HostAnswer> {
    return guard(async () => {
      const names = await this.#names();
      return done(names.filter((name) => name.startsWith(prefix)));
    });
  }

  set(write: Write): Promise<HostAnswer> {
    return this.#inTurn(async () => {
      const { refused, change } = await this.#prepare(write);
      if (refused) return refused;
      await this.#write('set', write.key, change);
      return done(null);
    });
  }

  delete(name: string): Promise<HostAnswer> {
    return guard(async () => {
      await this.#write('delete', name, { op: 'delete', kind: KV, id: this.#id(name) });
      return done(null);
    });
  }

  /** True when the value was the expected one, and is the new one now. */
  compareAndSet({ expected, ...write }: Exchange): Promise<HostAnswer> {
    return this.#inTurn(async () => {
      const { refused, change } = await this.#prepare(write);
      if (refused) return refused;
      if (this.#context.shadow && !(await this.#holds(write.key, expected))) return done(false);
      const condition = expected === undefined ? { ifAbsent: true } : { ifValue: expected };
      try {
        await this.#write('set', write.key, { ...change, ...condition });
        return done(true);
      } catch (error) {
        if (isEntradaError(error) && error.code === 'STORE_CONFLICT') return done(false);
        throw error;
      }
    });
  }

  /** Of one extension one write after the other: what is counted before a write has to be true until it is made. */
  #inTurn(work: () => Promise<HostAnswer>): Promise<HostAnswer> {
    const { store, extension } = this.#context;
    const ofStore = turns.get(store) ?? new Map<string, Promise<unknown>>();
    turns.set(store, ofStore);
    const turn = (ofStore.get(extension) ?? Promise.resolve()).then(() => guard(work));
    const last = turn.catch(() => undefined); // who wrote hears it
    ofStore.set(extension, last);
    void last.then(() => ofStore.get(extension) === last && ofStore.delete(extension));
    return turn;
  }

  async #prepare({ key: name, value, ttl: seconds = MAX_TTL }: Write): Promise<Prepared> {
    const { extension, clock, secrets } = this.#context;
    const masked = maskTexts(value, secrets);
    const refused = await this.#refusalOf(name, masked);
    if (refused) return { refused };
    const change = { op: 'put', kind: KV, id: this.#id(name), value: masked } as const;
    return { change: { ...change, expiresAt: clock() + seconds * 1_000, indexes: { extension } } };
  }

  async #refusalOf(name: string, value: Json): Promise<HostAnswer | undefined> {
    if (holdsSecret(name, this.#context.secrets)) {
      return refuse('KV_KEY_REFUSED', 'a key must not hold a secret or a token');
    }
    const length = Buffer.byteLength(JSON.stringify(value));
    if (length > MAX_VALUE) return valueTooLarge(length);
    const names = await this.#names();
    if (names.length < MAX_KEYS || names.includes(name)) return undefined;
    return refuse('KV_FULL', `${MAX_KEYS} keys are the most; delete some, or let them end`);
  }

  async #write(op: 'set' | 'delete', name: string, change: Change): Promise<void> {
    this.#context.writing(op, name);
    if (!this.#context.shadow) await this.#context.store.commit([change]);
  }

  async #holds(name: string, expected: Json | undefined): Promise<boolean> {
    const record = await this.#context.store.get(KV, this.#id(name));
    return isDeepStrictEqual(record?.value, expected);
  }

  async #names(): Promise<readonly string[]> {
    const { store, extension } = this.#context;
    const ids = await store.findIds(KV, 'extension', extension);
    return ids.map((id) => id.slice(extension.length + 1));
  }

  #id(name: string): string {
    return `${this.#context.extension}/${name}`;
  }
}

/** The last write of each extension that has one under way. */
const turns = new WeakMap<Store, Map<string, Promise<unknown>>>();

type Prepared =
  | { readonly refused: HostAnswer; readonly change?: never }
  | { readonly refused?: never; readonly change: Extract<Change, { op: 'put' }> };

/** What the store cannot do is told by its code; the extension decides whether it does without. */
async function guard(work: () => Promise<HostAnswer>): Promise<HostAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!isEntradaError(error)) throw error;
    return refuse('KV_UNAVAILABLE', `nothing is read or kept now (${error.code})`);
  }
}

/** @param length What there is. Unit: bytes of UTF-8, or as many at the least. */
export function valueTooLarge(length: number): HostAnswer {
  return refuse('KV_VALUE_TOO_LARGE', `${length} bytes; ${MAX_VALUE} are the most`);
}

function done(value: Json): HostAnswer {
  return { ok: true, value };
}

function refuse(code: string, message: string): HostAnswer {
  return { ok: false, error: { code, message } };
}
