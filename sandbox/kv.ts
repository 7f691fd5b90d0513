/** `ctx.kv`: small values that outlive an invocation. The host keeps them, and checks everything; its answers are trusted. */
import type { Json } from './contract.ts';
import { plain } from './plain.ts';
import type { Kv, KvOptions } from './sdk.ts';
import type { Host } from './web/host.ts';
import { ObjectFreeze } from './web/primordials.ts';

export function createKv(host: Host): Kv {
  return ObjectFreeze({
    get: async (key) => {
      const found: readonly Json[] = (await host.call('kv.get', { key })) as never;
      return found[0];
    },
    set: async (key, value, options) => {
      await host.call('kv.set', write(key, value, options));
    },
    delete: async (key) => {
      await host.call('kv.delete', { key });
    },
    list: async (prefix = '') => (await host.call('kv.list', { prefix })) as never,
    compareAndSet: async (key, expected, value, options) => {
      const there = expected === undefined ? {} : { expected: plain(expected) };
      const exchange = { ...write(key, value, options), ...there };
      return (await host.call('kv.compareAndSet', exchange)) as never;
    },
  } satisfies Kv);
}

function write(
  key: string,
  value: Json,
  options?: KvOptions,
): { key: string; value: Json; ttl?: number } {
  const ttl = options?.ttl;
  return { key, value: plain(value), ...(ttl === undefined ? {} : { ttl }) };
}
