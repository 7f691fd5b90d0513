import type { Attack } from '../attack.ts';

/** What is handed over the boundary, and what comes back. */
export const BRIDGE: readonly Attack[] = [
  {
    name: 'platform-results',
    tries: 'to reach the host from what the platform hands out: timers, answers, streams, keys',
    program: `
      const response = await fetch('https://api.example.com/x', { method: 'POST', body: 'x' });
      const given = [setTimeout(() => {}, 0), setInterval(() => {}, 1_000), performance.now(), crypto.randomUUID(), response, response.headers, response.body,
        await response.clone().json(), response.headers.entries(), [...response.headers][0], new URL('https://a.example/?b=c').searchParams, structuredClone({ a: [new Date(0)] }),
        await crypto.subtle.importKey('raw', new Uint8Array(16), 'AES-GCM', true, ['encrypt']), await crypto.subtle.digest('SHA-256', new Uint8Array(1)),
        crypto.getRandomValues(new Uint8Array(1)), new TextEncoder().encode('x'), new AbortController().signal, ctx.signal, await ctx.share('kept', 1), ctx.log.info('x'),
        ctx.remaining(), ctx.secrets.key, ctx.token('https://api.example.com'), new Blob(['x']), await new Blob(['x']).arrayBuffer(), new Event('x'), new MessageChannel().port1];
      const worlds = new Set();
      const foreign = [];
      for (const value of given) {
        for (let at = value; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
          const { constructor } = at;
          if (typeof constructor === 'function' && !(constructor instanceof Function)) foreign.push(String(constructor.name));
          try { worlds.add(at.constructor.constructor('return typeof process + typeof require')()); } catch { /* no maker */ }
        }
      }
      return { count: given.length, kinds: [typeof given[0], typeof given[1]], foreign, worlds: [...worlds] };`,
    ends: {
      value: {
        count: 27,
        kinds: ['number', 'number'],
        foreign: [],
        worlds: ['undefinedundefined'],
      },
    },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'not-cloneable',
    tries: 'to hand over what cannot be copied: functions, promises, symbols, cycles, weak things',
    program: `
      const cyclic = {}; cyclic.self = cyclic;
      const odd = [() => {}, Promise.resolve(1), Symbol('x'), cyclic, new WeakMap(), new Proxy(() => {}, {}), 1n, globalThis, ctx, new Error('x'), new Map([[1, 2]]), undefined];
      const codes = [];
      for (const value of odd) {
        for (const hand of [() => ctx.share('kept', value), () => ctx.kv.set('k', value), () => fetch('https://api.example.com/x', { method: 'POST', body: value })]) {
          try { await hand(); codes.push('taken'); } catch (error) { codes.push(error instanceof Error ? 'refused' : 'foreign'); }
        }
      }
      return { tried: codes.length, foreign: codes.filter((code) => code === 'foreign').length };`,
    ends: { value: { tried: 36, foreign: 0 } },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'odd-buffers',
    tries:
      'to have the host copy a buffer that is not what it says: resized, detached, of another class, by a rejection',
    program: `
      const resized = new ArrayBuffer(64, { maxByteLength: 128 });
      const views = [new Uint8Array(resized, 32), new Float64Array(resized), new DataView(resized, 16), new BigUint64Array(resized, 8, 2)];
      resized.resize(8);
      const detached = new Uint8Array(16);
      structuredClone(detached.buffer, { transfer: [detached.buffer] });
      const disguised = [Object.setPrototypeOf(new Uint8Array(8), Float64Array.prototype), Object.setPrototypeOf(new ArrayBuffer(8), DataView.prototype), Object.setPrototypeOf({ byteLength: 2 ** 40, buffer: resized }, Uint8Array.prototype), Object.setPrototypeOf(new Map([[1, 2]]), ArrayBuffer.prototype), Object.setPrototypeOf(new Date(NaN), Uint8Array.prototype)];
      const grown = new Uint8Array(new ArrayBuffer(8, { maxByteLength: 2 ** 20 }));
      for (const odd of [...views, detached, ...disguised, grown, Object(1n), Object(Symbol('x')), new Proxy(new Uint8Array(8), {}), new Float16Array(8)]) {
        try { await ctx.share('kept', odd); } catch { /* refused */ }
        try { await fetch('https://api.example.com/x', { method: 'POST', body: odd }); } catch { /* refused */ }
        try { crypto.getRandomValues(odd); } catch { /* refused */ }
        try { new TextDecoder('shift_jis').decode(odd); } catch { /* refused */ }
        Promise.reject(odd);
      }
      grown.buffer.resize(2 ** 20);
      await new Promise(() => {});`,
    ends: { fails: [['throw', 'UNHANDLED_REJECTION']] },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'range-errors',
    tries: 'to look as if it ran out of memory, by errors of the same kind',
    program: `
      const kinds = [];
      for (const bad of [() => new Array(-1), () => { (function f() { f(); })(); }, () => 'x'.repeat(2 ** 30), () => new ArrayBuffer(2 ** 53), () => 1n << (2n ** 40n), () => new Intl.NumberFormat('de', { minimumFractionDigits: 999 })]) {
        try { bad(); } catch (error) { kinds.push(error.name); }
      }
      if (kinds.some((kind) => kind !== 'RangeError')) return kinds;
      throw new RangeError('Array buffer allocation failed');`,
    ends: { fails: [['throw', 'THROWN']] },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'text-as-code',
    tries: 'to have the host run a text: in a timer, a handler, a URL',
    program: `
      const text = 'globalThis.ran = true';
      for (const hand of [() => setTimeout(text, 0), () => setInterval(text, 0), () => queueMicrotask(text), () => new EventTarget().addEventListener('x', text), () => { globalThis.onerror = text; }, () => fetch('javascript:' + text).catch(() => {})]) { try { await hand(); } catch { /* refused */ } }
      await new Promise((resolve) => setTimeout(resolve, 20));
      return typeof globalThis.ran;`,
    ends: { value: 'undefined' },
  },
  {
    name: 'late-answer',
    tries: 'to hear the answer to a call after the end, and to act on it',
    program: `void ctx.share('kept', 1).then(() => ctx.share('late', 2)).then(() => { for (;;); }); return 'answered';`,
    ends: { value: 'answered' },
  },
  {
    name: 'giant-line',
    tries: 'to have a giant text carried to the host by a line of the log',
    program: `console.log('x'.repeat(2 ** 24)); ctx.log.error({ deep: 'y'.repeat(2 ** 24) }); console.log(Array.from({ length: 3e5 }, (_, i) => i)); return 'told';`,
    ends: {
      value: 'told',
      fails: [
        ['cpu', 'CPU'],
        ['timeout', 'WALL'],
        ['limit', 'MESSAGE_LENGTH'],
        ['limit', 'SENT_LENGTH'],
      ],
    },
    limits: { cpuMs: 3_000 },
  },
  {
    name: 'chosen-limits',
    tries: 'to change its own limits, by what it is told of them',
    program: `
      const names = ['resultLength', 'messageLength', 'deadline', 'limits', 'wallMs', 'cpuMs'];
      for (const name of names) { Object.prototype[name] = 1e15; globalThis[name] = 1e15; }
      try { ctx.deadline = Infinity; } catch { /* frozen */ }
      return 'x'.repeat(100_000);`,
    ends: { fails: [['limit', 'RESULT_LENGTH']] },
  },
  {
    name: 'host-work-bounds',
    tries:
      'to order work from the host that takes for ever: large keys, many rounds, large answers',
    program: `
      const hand = async (name, run) => { try { await run(); return name; } catch (error) { return error instanceof Error ? undefined : 'foreign'; } };
      const key = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits']);
      const done = [
        await hand('rounds', () => crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(8), iterations: 4e9 }, key, 256)),
        await hand('bits', () => crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(8), iterations: 1 }, key, 2 ** 31 - 8)),
        await hand('rsa', () => crypto.subtle.generateKey({ name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 16384, publicExponent: new Uint8Array([1, 0, 1]) }, true, ['encrypt', 'decrypt'])),
        await hand('random', () => crypto.getRandomValues(new Uint8Array(65_537))),
      ];
      return done.filter((name) => name !== undefined);`,
    ends: { value: [] },
    limits: { cpuMs: 2_000 },
  },
];
