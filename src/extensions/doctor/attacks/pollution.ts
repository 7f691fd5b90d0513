import type { Attack } from '../attack.ts';

/** Uses every way over the bridge, and answers whether the host heard and said what it should. */
const USE = `
  const used = await (async () => {
    await ctx.share('kept', { list: [1, { two: 2 }] });
    ctx.log.info('a line');
    const late = await new Promise((resolve) => setTimeout(resolve, 1, 'late'));
    let refused;
    try { ctx.token('https://not.granted.example'); } catch (error) { refused = error.code; }
    return late === 'late' && refused === 'TOKEN_NOT_GRANTED' && ctx.token('https://api.example.com') === 'entrada-token-of-the-doctor' && ctx.remaining() > 0;
  })();
`;

/** What a trap caught, as far as it is not the guest's own. */
const CAUGHT = `
  const foreign = caught.filter((value) => (typeof value === 'function' && (!(value instanceof Function) || (value.name === '' && /native code/.test(Function.prototype.toString.call(value)))))
    || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) !== null && !(value instanceof Object)));
`;

/** Changes of the language's own objects, before the bridge is used. */
export const POLLUTION: readonly Attack[] = [
  {
    name: 'option-pollution',
    tries: 'to turn values that cross into live references, by options on Object.prototype',
    program: `
      for (const name of ['reference', 'copy', 'externalCopy', 'promise', 'release', 'ignored', 'async', 'transferIn', 'transferOut', 'unsafeInherit']) Object.prototype[name] = true;
      for (const name of ['arguments', 'result']) Object.prototype[name] = { reference: true, promise: true, copy: true };
      const answers = [await ctx.share('kept', 1), ctx.token('https://api.example.com'), await new Promise((resolve) => setTimeout(resolve, 1, 'late'))];
      let echoed;
      try { echoed = typeof (await (await fetch('https://api.example.com/x')).json()); } catch (error) { echoed = error instanceof Error ? 'object' : 'foreign'; }
      return [...answers.map((answer) => typeof answer), echoed];`,
    ends: { value: ['undefined', 'string', 'string', 'object'] },
  },
  {
    name: 'descriptor-pollution',
    tries:
      'to change property descriptors of the platform by get, set and value on Object.prototype',
    program: `
      const caught = [];
      for (const name of ['get', 'set', 'value', 'then', 'code', 'ok', 'error', 'kind', 'resolve', 'reject', 'cause']) {
        Reflect.defineProperty(Object.prototype, name, { __proto__: null, configurable: true, get() { caught.push(this); return undefined; }, set(value) { caught.push(this, value); } });
      }
      let held = true;
      try { ${USE} held = used; } catch (error) { held = error instanceof Error; }
      for (const name of ['get', 'set', 'value', 'then', 'code', 'ok', 'error', 'kind', 'resolve', 'reject', 'cause']) delete Object.prototype[name];
      ${CAUGHT}
      return { held, foreign: foreign.length };`,
    ends: { value: { held: true, foreign: 0 } },
  },
  {
    name: 'index-setters',
    tries:
      'to catch what the platform puts into arrays, by setters on Array.prototype and Object.prototype',
    program: `
      const caught = [];
      for (const holder of [Array.prototype, Object.prototype]) for (let index = 0; index < 8; index++) {
        Reflect.defineProperty(holder, index, { configurable: true, get() { return undefined; }, set(value) { Reflect.defineProperty(caught, caught.length, { value, configurable: true }); } });
      }
      let held = true;
      try { ${USE} held = used; await fetch('https://api.example.com/x', { headers: { a: 'b' }, method: 'POST', body: 'c' }); } catch { held = true; }
      for (const holder of [Array.prototype, Object.prototype]) for (let index = 0; index < 8; index++) delete holder[index];
      ${CAUGHT}
      return { held, foreign: foreign.length };`,
    ends: { value: { held: true, foreign: 0 } },
  },
  {
    name: 'json-tampering',
    tries: 'to read and change messages by JSON, toJSON and rawJSON',
    program: `
      const caught = [];
      const { parse, stringify } = JSON;
      JSON.parse = (text) => { caught.push(text); return { ok: true, value: 'forged' }; };
      JSON.stringify = (value) => { caught.push(value); return '{"forged":true}'; };
      ${USE}
      JSON.parse = parse; JSON.stringify = stringify;
      return { used, caught: caught.length };`,
    ends: { value: { used: true, caught: 0 } },
  },
  {
    name: 'promise-tampering',
    tries: 'to stand between the platform and its promises: then, constructor, species, resolve',
    program: `
      const caught = [];
      const { then } = Promise.prototype;
      const { resolve, reject } = Promise;
      Promise.prototype.then = function (...handlers) { caught.push(...handlers); return Reflect.apply(then, this, handlers); };
      Promise.resolve = function (value) { caught.push(value); return Reflect.apply(resolve, Promise, [value]); };
      Promise.reject = function (value) { caught.push(value); return Reflect.apply(reject, Promise, [value]); };
      Reflect.defineProperty(Promise, Symbol.species, { configurable: true, get() { caught.push('species'); return class { constructor(run) { run((value) => caught.push(value), (value) => caught.push(value)); } }; } });
      const shared = ctx.share('kept', 1);
      shared.constructor = { [Symbol.species]: function (run) { run((value) => caught.push(value), () => {}); } };
      delete Promise[Symbol.species];
      Promise.prototype.then = then; Promise.resolve = resolve; Promise.reject = reject;
      delete shared.constructor;
      await shared;
      ${USE} ${CAUGHT}
      return { used, foreign: foreign.length };`,
    ends: { value: { used: true, foreign: 0 } },
  },
  {
    name: 'collection-tampering',
    tries: 'to read what the platform remembers, by Map, WeakMap, Set and their iterators',
    program: `
      const caught = [];
      const kept = [];
      for (const Kind of [Map, WeakMap, Set, WeakSet]) for (const name of ['get', 'set', 'has', 'add', 'delete']) {
        const own = Kind.prototype[name];
        if (!own) continue;
        kept.push([Kind.prototype, name, own]);
        Kind.prototype[name] = function (...given) { caught.push(this, ...given); return Reflect.apply(own, this, given); };
      }
      ${USE}
      for (const [holder, name, own] of kept) holder[name] = own;
      ${CAUGHT}
      return { used, caught: caught.length, foreign: foreign.length };`,
    ends: { value: { used: true, caught: 0, foreign: 0 } },
  },
  {
    name: 'function-tampering',
    tries: 'to stand between the platform and its functions: call, apply, bind, Reflect',
    program: `
      const { apply } = Reflect;
      const caught = [];
      const kept = [];
      const wrap = (holder, name) => {
        const own = holder[name];
        kept.push([holder, name, own]);
        holder[name] = function (...given) { caught.push(this, ...given); return apply(own, this, given); };
      };
      for (const name of ['call', 'apply', 'bind', 'toString']) wrap(Function.prototype, name);
      for (const name of ['apply', 'construct', 'get', 'set', 'ownKeys', 'defineProperty', 'getOwnPropertyDescriptor']) wrap(Reflect, name);
      for (const name of ['freeze', 'isFrozen', 'keys', 'defineProperties', 'defineProperty']) wrap(Object, name);
      const token = ctx.token('https://api.example.com');
      await ctx.share('kept', 1);
      const count = caught.length;
      for (const [holder, name, own] of kept) holder[name] = own;
      return { token, count };`,
    ends: { value: { token: 'entrada-token-of-the-doctor', count: 0 } },
  },
  {
    name: 'text-tampering',
    tries:
      'to read what the platform does with texts and lists: String, RegExp, Array, Symbol.iterator',
    program: `
      const { apply } = Reflect;
      const kept = [];
      let count = 0;
      const wrap = (holder, name) => {
        const own = holder[name];
        kept[kept.length] = [holder, name, own];
        holder[name] = function (...given) { count++; return apply(own, this, given); };
      };
      for (const name of ['slice', 'split', 'replace', 'indexOf', 'toLowerCase', 'charCodeAt', Symbol.iterator]) wrap(String.prototype, name);
      for (const name of ['exec', 'test', Symbol.split, Symbol.replace, Symbol.match]) wrap(RegExp.prototype, name);
      for (const name of ['push', 'join', 'slice', 'map', 'filter', 'includes', Symbol.iterator]) wrap(Array.prototype, name);
      count = 0;
      const token = ctx.token('https://api.example.com');
      await ctx.share('kept', { a: ['b'] });
      const seen = count;
      for (let i = 0; i < kept.length; i++) { const one = kept[i]; one[0][one[1]] = one[2]; }
      return { token, seen };`,
    ends: { value: { token: 'entrada-token-of-the-doctor', seen: 0 } },
  },
  {
    name: 'global-tampering',
    tries: 'to break the platform by taking the language away from under it',
    program: `
      const { share, token } = ctx;
      const { defineProperty, deleteProperty } = Reflect;
      for (const name of ['Object', 'Array', 'Promise', 'JSON', 'Map', 'WeakMap', 'Error', 'TypeError', 'Reflect', 'Symbol', 'String', 'Number', 'Date', 'Math', 'Function', 'RegExp', 'Uint8Array', 'setTimeout']) {
        deleteProperty(globalThis, name);
      }
      defineProperty(globalThis, 'globalThis', { value: null });
      await share('kept', { a: 1 });
      return token('https://api.example.com');`,
    ends: { value: 'entrada-token-of-the-doctor' },
  },
  {
    name: 'symbol-pollution',
    tries:
      'to change what the language itself asks for by symbols: hasInstance, toPrimitive, isConcatSpreadable',
    program: `
      const caught = [];
      const symbols = [Symbol.toPrimitive, Symbol.toStringTag, Symbol.isConcatSpreadable, Symbol.species, Symbol.match, Symbol.replace, Symbol.split, Symbol.unscopables, Symbol.asyncIterator, Symbol.dispose, Symbol.asyncDispose];
      for (const symbol of symbols) {
        Reflect.defineProperty(Object.prototype, symbol, { configurable: true, get() { caught.push(this); return undefined; }, set(value) { caught.push(this, value); } });
      }
      Reflect.defineProperty(Function.prototype, Symbol.hasInstance, { configurable: true, value(given) { caught.push(this, given); return true; } });
      let held = true;
      try { ${USE} held = used; await fetch('https://api.example.com/x', { headers: [['a', 'b']] }); new URL('https://a.example/'); structuredClone({ a: 1 }); } catch { held = true; }
      for (const symbol of symbols) delete Object.prototype[symbol];
      ${CAUGHT}
      return { held, foreign: foreign.length };`,
    ends: { value: { held: true, foreign: 0 } },
  },
  {
    name: 'prototype-proxies',
    tries:
      'to see every property that the platform does not find, by proxies behind the prototypes of the language',
    program: `
      const { getPrototypeOf, setPrototypeOf, get, set, has, getOwnPropertyDescriptor, defineProperty } = Reflect;
      const caught = [];
      const note = (value) => defineProperty(caught, caught.length, { __proto__: null, value, configurable: true });
      const behind = (own) => new Proxy(own, { __proto__: null,
        get(target, name, receiver) { note(receiver); return get(target, name, receiver); },
        set(target, name, value, receiver) { note(value); note(receiver); return set(target, name, value, receiver); },
        has(target, name) { note(target); return has(target, name); },
        getOwnPropertyDescriptor(target, name) { note(target); return getOwnPropertyDescriptor(target, name); },
        getPrototypeOf(target) { note(target); return getPrototypeOf(target); } });
      const holders = [Array, Function, Promise, Map, WeakMap, Set, String, Number, RegExp, Date, Error, TypeError, ArrayBuffer, getPrototypeOf(Uint8Array), Symbol].map(({ prototype }) => prototype);
      const kept = holders.map((holder) => [holder, getPrototypeOf(holder)]);
      const moved = kept.filter(([holder, own]) => setPrototypeOf(holder, behind(own))).length;
      const root = setPrototypeOf(Object.prototype, behind({}));
      let held = true;
      try { ${USE} held = used; await fetch('https://api.example.com/x', { method: 'POST', headers: [['a', 'b']], body: 'c' }); structuredClone({ a: [1] }); new URL('https://a.example/'); } catch (error) { held = String(error); }
      for (const [holder, own] of kept) setPrototypeOf(holder, own);
      ${CAUGHT}
      return { held, moved: moved > 10, root, foreign: foreign.length };`,
    ends: { value: { held: true, moved: true, root: false, foreign: 0 } },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'legacy-accessors',
    tries: 'to reach and change prototypes by __proto__, __defineGetter__ and __lookupGetter__',
    program: `
      const caught = [];
      const { __defineGetter__, __lookupGetter__ } = Object.prototype;
      for (const target of [ctx, ctx.log, ctx.config, signIn, signIn.principal]) {
        for (const name of ['token', 'username', 'anything', '__proto__']) {
          try { Reflect.apply(__defineGetter__, target, [name, () => 'mine']); caught.push(name); } catch { /* frozen */ }
        }
        try { target.__proto__ = { mine: 1 }; if (target.mine === 1) caught.push('proto'); } catch { /* frozen */ }
        try { Reflect.setPrototypeOf(Object.getPrototypeOf(target), { mine: 1 }); if (target.mine === 1) caught.push('root'); } catch { /* immutable */ }
      }
      const getter = Reflect.apply(__lookupGetter__, globalThis, ['crypto']) ?? (() => undefined);
      let foreign = false;
      try { foreign = getter.call(globalThis) !== undefined && !(getter instanceof Function); } catch { /* a brand check */ }
      return { caught, foreign, parsed: Object.keys(JSON.parse('{"__proto__":{"mine":1}}')).length, plain: ({}).mine === undefined };`,
    ends: { value: { caught: [], foreign: false, parsed: 1, plain: true } },
  },
];
