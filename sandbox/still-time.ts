/** Time that a test names: `Date` stands still there, for everything that guest code makes of it. */
import { ObjectFreeze, ReflectConstruct, ReflectDefineProperty } from './web/primordials.ts';

/**
 * Puts a `Date` into the realm whose present is one moment. Called before guest code, for tests alone; timers and deadlines
 * go on.
 *
 * @param at Milliseconds since 1970-01-01 UTC.
 */
export function standStill(global: typeof globalThis, at: number): void {
  const Native = global.Date;
  const handler = ObjectFreeze<ProxyHandler<DateConstructor>>({
    construct: (target, given, asked) =>
      ReflectConstruct(target, given.length === 0 ? [at] : given, asked) as Date,
    apply: () => new Native(at).toString(),
  });
  const Still = new Proxy(Native, handler);
  keep(Native, 'now', { now: () => at }.now);
  keep(Native.prototype, 'constructor', Still);
  keep(global, 'Date', Still);
}

function keep(holder: object, name: string, value: unknown): void {
  ReflectDefineProperty(holder, name, {
    __proto__: null,
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  } as never);
}
