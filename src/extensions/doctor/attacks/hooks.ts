import type { Attack } from '../attack.ts';

/** What hooks of the language were shown, as far as it is not the guest's own. */
const FOREIGN = `
  const foreign = caught.filter((value) => (typeof value === 'function' && (!(value instanceof Function) || (value.name === '' && [2, 4].includes(value.length) && /native code/.test(Function.prototype.toString.call(value)))))
    || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null && !(value instanceof Object))).length;
`;

/** A value with every hook that the language has. */
const HOOKED = `
  const caught = [];
  const traps = new Proxy({}, { get: (_target, name) => (target, ...given) => { caught.push(...given); if (name === 'ownKeys') return Reflect.ownKeys(target); return Reflect[name](target, ...given); } });
  const hooked = (target = {}) => new Proxy(target, traps);
  const primitive = (value) => ({ [Symbol.toPrimitive](...given) { caught.push(this, ...given); return value; }, toString() { caught.push(this); return String(value); }, valueOf() { return value; } });
  const settled = (run) => { try { return Promise.resolve(run()).then(() => {}, (error) => { caught.push(error); }); } catch (error) { caught.push(error); return Promise.resolve(); } };
`;

/** Hooks of the language in what is handed to the platform. */
export const HOOKS: readonly Attack[] = [
  {
    name: 'proxy-arguments',
    tries: 'to see who looks, by proxies in the place of every argument',
    program: `${HOOKED}
      await settled(() => fetch(hooked(new String('https://api.example.com/x')), hooked({ method: 'POST', headers: hooked({ a: 'b' }), body: 'x', signal: undefined })));
      await settled(() => ctx.share(hooked(new String('k')), hooked({ a: hooked([1]) })));
      await settled(() => ctx.token(hooked({})));
      await settled(() => ctx.log.info(hooked({}), hooked([]), hooked(() => {}), hooked(new Error('x'))));
      await settled(() => setTimeout(hooked(() => {}), hooked({})));
      await settled(() => structuredClone(hooked({ a: 1 })));
      await settled(() => new Response(hooked({})).text());
      await settled(() => crypto.subtle.digest(hooked({ name: 'SHA-256' }), hooked(new Uint8Array(1))));
      await settled(() => new URL('/x', hooked({})));
      await settled(() => new Blob(hooked(['a'])).text());
      ${FOREIGN} return { some: caught.length > 20, foreign };`,
    ends: { value: { some: true, foreign: 0 } },
  },
  {
    name: 'primitive-hooks',
    tries: 'to run code in the middle of the platform, where a value becomes text or a number',
    program: `${HOOKED}
      await settled(() => fetch(primitive('https://api.example.com/x'), { method: primitive('GET'), redirect: primitive('follow') }));
      await settled(() => ctx.share(primitive('k'), 1));
      const token = ctx.token(primitive('https://api.example.com'));
      await new Promise((resolve) => setTimeout(resolve, primitive(1)));
      await settled(() => new Uint8Array(new TextEncoder().encode(primitive('x'))));
      await settled(() => atob(primitive('YQ==')));
      await settled(() => new Headers([[primitive('a'), primitive('b')]]));
      let turn = 0;
      await settled(() => ctx.token({ toString: () => (turn++ === 0 ? 'https://api.example.com' : 'https://graph.microsoft.com') }));
      ${FOREIGN} return { token, foreign };`,
    ends: { value: { token: 'entrada-token-of-the-doctor', foreign: 0 } },
  },
  {
    name: 'iterator-hooks',
    tries:
      'to run code where the platform iterates: next, return, throw, holes, lengths that change',
    program: `${HOOKED}
      const iterable = (values, on = {}) => ({ [Symbol.iterator]: () => { let i = 0; return { next() { caught.push(this); on.next?.(); return { value: values[i++], get done() { return i > values.length; } }; }, return(...given) { caught.push(this, ...given); on.return?.(); return {}; } }; } });
      await settled(() => new Headers(iterable([iterable(['a', 'b'])])));
      await settled(() => new Headers(iterable([['a', 'b'], ['bad name', 'c']], { return() { throw new Error('from return'); } })));
      await settled(() => new URLSearchParams(iterable([['a', 'b', 'c']])));
      await settled(() => new Blob(iterable(['a', primitive('b')])).text());
      await settled(() => AbortSignal.any(iterable([AbortSignal.abort(1)])));
      await settled(() => ReadableStream.from(iterable([1, 2])).getReader().read());
      await settled(() => structuredClone([1], { transfer: iterable([new ArrayBuffer(1)]) }));
      await settled(() => Promise.all(iterable([Promise.resolve(1), { then(...given) { caught.push(...given.map(typeof undefined)); } }])));
      const shrinking = [1, 2, 3]; Object.defineProperty(shrinking, 0, { get() { shrinking.length = 0; return 1; }, enumerable: true });
      await settled(() => ctx.share('k', shrinking));
      ${FOREIGN} return { foreign };`,
    ends: { value: { foreign: 0 } },
  },
  {
    name: 'thenable-results',
    tries:
      'to have the platform await what the guest made up: thenables, getters of then, promises of another kind',
    program: `${HOOKED}
      class Mine extends Promise { static get [Symbol.species]() { caught.push(this); return Promise; } then(...given) { caught.push(...given); return super.then(...given); } }
      const nested = { then(resolve) { caught.push(resolve); resolve({ get then() { return (again) => { caught.push(again); again('deep'); }; } }); } };
      const value = await Mine.resolve(nested);
      globalThis.result = Object.assign(Mine.resolve({ value, foreign: 0 }), { constructor: Mine });
      ${FOREIGN} if (foreign > 0) return { value, foreign };
      return globalThis.result;`,
    ends: { value: { value: 'deep', foreign: 0 } },
  },
  {
    name: 'getter-results',
    tries:
      'to answer one thing to who checks and another to who uses: getters, toJSON, proxies in the result',
    program: `let turn = 0;
      return new Proxy({ get decision() { return turn++ === 0 ? 'deny' : 'allow'; }, toJSON() { return { decision: ['deny', 'allow'][turn++], inherited: { __proto__: { hidden: 1 } } }; } }, { ownKeys: () => { turn++; return ['decision']; } });`,
    ends: { value: { decision: 'deny', inherited: {} } },
  },
  {
    name: 'async-generator-hooks',
    tries:
      'to run code in the middle of promises: async generators, for await, await using, fromAsync',
    program: `${HOOKED}
      const run = new Function('caught', 'return (async () => { async function* g() { try { yield { then(...given) { caught.push(...given); given[0]("a"); } }; } finally { await { then(...given) { caught.push(...given); given[0](); } }; } } for await (const x of g()) { break; } { await using d = { async [Symbol.asyncDispose]() { caught.push(this); throw new Error("dispose"); } }; } })()');
      await settled(() => run(caught));
      await settled(() => Array.fromAsync({ length: 2, 0: { then(...given) { caught.push(...given); given[1](new Error('x')); } } }));
      await settled(() => Promise.try(() => ({ then(...given) { caught.push(...given); throw 1; } })));
      await settled(() => { const stack = new AsyncDisposableStack(); stack.defer(() => { throw new Error('one'); }); stack.defer(() => { throw new Error('two'); }); return stack.disposeAsync(); });
      const errors = caught.filter((value) => typeof value === 'object' && value !== null && 'suppressed' in value);
      caught.push(...errors.flatMap(({ error, suppressed }) => [error, suppressed]));
      ${FOREIGN} return { some: caught.length > 6, foreign };`,
    ends: { value: { some: true, foreign: 0 } },
  },
  {
    name: 'generator-returns',
    tries:
      'to catch an error of the host where a generator is closed: yield*, return, throw, thenables in between',
    program: `${HOOKED}
      const symbolic = () => { const error = new Error('x'); error.name = Symbol('name'); return error; };
      const loud = { get then() { return (...given) => { caught.push(...given); throw symbolic(); }; } };
      const inner = (more) => ({ [Symbol.asyncIterator]() { return { next: (...given) => { caught.push(...given); return { done: false, value: 1 }; }, ...more }; } });
      const ways = [{ return: () => loud }, { return: () => ({ get done() { throw symbolic(); } }) }, { throw: () => 1, return: () => Promise.reject(symbolic()) }, { get return() { throw symbolic(); } }, { throw: (...given) => { caught.push(...given); return loud; } }];
      for (const way of ways) for (const close of ['return', 'throw']) {
        const outer = (async function* () { try { yield* inner(way); } catch (error) { caught.push(error); throw error; } finally { await settled(() => loud); } })();
        await settled(() => outer.next());
        await settled(() => outer[close](loud));
        const plain = (function* () { try { yield* [1, 2]; } finally { yield loud; } })();
        plain.next();
        await settled(() => plain[close](symbolic()));
      }
      for (const error of caught.filter((value) => value instanceof Error)) { try { caught.push(error.stack); } catch (other) { caught.push(other); } }
      const errors = caught.filter((value) => typeof value === 'object' && value !== null && 'stack' in Object.getPrototypeOf(value) && !(value instanceof Error));
      ${FOREIGN} return { some: caught.length > 20, foreign, errors: errors.length };`,
    ends: { value: { some: true, foreign: 0, errors: 0 } },
  },
  {
    name: 'error-containers',
    tries:
      'to have the host walk, or hand out, what stands in an error: causes, lists of errors, errors that were suppressed',
    program: `${HOOKED}
      const outer = new AggregateError([], 'outer', { cause: null });
      outer.cause = outer;
      outer.errors = new Proxy([outer], { get(target, name) { caught.push(target); return name === 'length' ? 2 ** 31 : outer; } });
      const suppressed = new SuppressedError(outer, outer, 'suppressed');
      for (const name of ['code', 'kind', 'errors', 'error', 'suppressed', 'cause', 'toJSON', 'message']) Reflect.defineProperty(suppressed, name, { configurable: true, get() { caught.push(this); for (;;); } });
      const fetched = await fetch('nonsense:').catch((error) => error);
      caught.push(fetched, fetched.cause);
      try { fetched.cause.code = 'NET_TIMEOUT'; } catch { /* frozen */ }
      ${FOREIGN}
      if (foreign > 0) return { foreign };
      throw suppressed;`,
    ends: {
      fails: [
        ['throw', 'THROWN'],
        ['cpu', 'CPU'],
        ['timeout', 'WALL'],
      ],
    },
  },
  {
    name: 'inspect-hooks',
    tries:
      'to get hold of the platform while it prints: inspect.custom, getters, revoked proxies, cycles, depth',
    program: `${HOOKED}
      const custom = Symbol.for('nodejs.util.inspect.custom');
      const revoked = Proxy.revocable({}, {}); revoked.revoke();
      const cyclic = { self: null }; cyclic.self = cyclic;
      let deep = {}; for (let i = 0; i < 5_000; i++) deep = { deep };
      const odd = [{ [custom](...given) { caught.push(this, ...given); return { toString() { caught.push(this); return 'x'; } }; } }, { get boom() { caught.push(this); throw new Error('boom'); } }, revoked.proxy, cyclic, deep, hooked({}), hooked([]), Object.create(null), { constructor: { get name() { caught.push(this); throw 1; } } }, { [Symbol.toStringTag]: { toString() { throw 2; } } }, new (class extends Map { get size() { throw 3; } })(), Object.assign(new Error('e'), { stack: hooked({}), name: Symbol('n') }), new Array(2 ** 32 - 1), '%o%O%s%d%c', primitive('p')];
      for (const value of odd) for (const print of [console.log, console.table, console.dir, console.error, ctx.log.warn]) await settled(() => print(value, odd.at(-2), value));
      await settled(() => console.log(...odd));
      ${FOREIGN} return { foreign };`,
    ends: {
      value: { foreign: 0 },
      fails: [
        ['limit', 'MESSAGES'],
        ['cpu', 'CPU'],
      ],
    },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'species-hooks',
    tries:
      'to have arrays, buffers and regular expressions of the platform made by the guest: Symbol.species',
    program: `${HOOKED}
      for (const Kind of [Array, Map, Set, RegExp, ArrayBuffer, Object.getPrototypeOf(Uint8Array)]) Object.defineProperty(Kind, Symbol.species, { configurable: true, get() { caught.push(this); return function (...given) { caught.push(...given); return new Proxy([], {}); }; } });
      Array.prototype.constructor = new Proxy(Array, traps);
      await settled(() => fetch('https://api.example.com/x', { method: 'POST', body: new Uint8Array([1, 2, 3]).subarray(1), headers: [['a', 'b']] }).then((response) => response.json()));
      await settled(() => ctx.share('k', [1, [2], 'three'.split('')]));
      await settled(() => new Blob([new Uint8Array(4)]).slice(1, 2).arrayBuffer());
      await settled(() => structuredClone([new Uint8Array(2), new Map([[1, 2]])]));
      ${FOREIGN} return { foreign, token: ctx.token('https://api.example.com') };`,
    ends: { value: { foreign: 0, token: 'entrada-token-of-the-doctor' } },
  },
  {
    name: 'event-hooks',
    tries: 'to get hold of the platform by events, signals, ports and streams',
    program: `${HOOKED}
      const target = new EventTarget();
      target.addEventListener('x', { get handleEvent() { caught.push(this); return function (...given) { caught.push(this, ...given); throw new Error('from a listener'); }; } });
      await settled(() => { globalThis.onerror = function (...given) { caught.push(this, ...given); return true; }; target.dispatchEvent(new Event('x')); });
      const controller = new AbortController();
      controller.signal.onabort = function (...given) { caught.push(this, ...given); };
      controller.abort(hooked({}));
      await settled(() => fetch('https://api.example.com/x', { signal: controller.signal }));
      caught.push(ctx.signal, ctx.signal.reason);
      const stream = new ReadableStream({ start: (...given) => { caught.push(...given); }, pull: (...given) => { caught.push(...given); given[0].enqueue('a'); given[0].close(); }, cancel: (...given) => { caught.push(...given); } }, { size: (...given) => { caught.push(...given); return 1; }, highWaterMark: 0 });
      await settled(() => new Response(stream.pipeThrough(new TextEncoderStream())).text());
      const { port1, port2 } = new MessageChannel();
      await settled(() => new Promise((resolve) => { port2.onmessage = function (...given) { caught.push(this, ...given); resolve(); }; port1.postMessage({ a: [1] }); setTimeout(resolve, 50); }));
      ${FOREIGN} return { some: caught.length > 8, foreign };`,
    ends: { value: { some: true, foreign: 0 } },
  },
];
