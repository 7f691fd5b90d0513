import type { Attack } from '../attack.ts';

/** What one invocation could find of another, or of the host. */
export const LEAKS: readonly Attack[] = [
  {
    name: 'used-memory',
    tries: 'to find what others left in memory that is not cleared',
    program: `const planted = 'planted-6f1d';
      const dirty = [];
      const looks = (bytes) => bytes.some((byte) => byte !== 0);
      for (const size of [64, 8192, 1_048_576]) {
        for (const make of [() => new Uint8Array(size), () => new Uint8Array(new ArrayBuffer(size)), () => new Uint8Array(new ArrayBuffer(8, { maxByteLength: size + 8 }).slice(0, 8)), () => { const buffer = new ArrayBuffer(8, { maxByteLength: size }); buffer.resize(size); return new Uint8Array(buffer); }, () => new Uint8Array(structuredClone(new ArrayBuffer(size))), () => new Uint8Array(new ArrayBuffer(size).transfer(size * 2))]) {
          if (looks(make())) dirty.push(size + String(make));
        }
      }
      const encoded = new TextEncoder().encode('a');
      const around = new Uint8Array(encoded.buffer);
      if (around.length > encoded.length && looks(around.subarray(encoded.length))) dirty.push('encoder');
      return { dirty, planted: planted.length };`,
    ends: { value: { dirty: [], planted: 12 } },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'left-behind',
    tries:
      'to leave something for the next invocation: globals, prototypes, state of modules, caches',
    program: `const before = globalThis.leftBehind ?? Object.prototype.leftBehind ?? Array.leftBehind ?? ctx.leftBehind ?? Symbol.for('left').leftBehind;
      globalThis.leftBehind = 1; Object.prototype.leftBehind = 1; Array.leftBehind = 1;
      globalThis.fetch = () => 'mine'; Math.max = () => 'mine'; Error.stackTraceLimit = 0;
      globalThis.state = (globalThis.state ?? 0) + 1;
      return { before: before ?? null, state: globalThis.state };`,
    ends: { value: { before: null, state: 1 } },
  },
  {
    name: 'others-tokens',
    tries: 'to name tokens and secrets of others',
    program: `const asked = ['https://graph.microsoft.com', 'constructor', '__proto__', 'toString', 'https://api.example.com/', ['https://graph.microsoft.com'], { toString: () => 'hasOwnProperty' }];
      const got = asked.map((resource) => { try { return typeof ctx.token(resource); } catch (error) { return error.code ?? error.name; } });
      return { got: [...new Set(got)], secrets: Object.keys(ctx.secrets), inherited: [typeof ctx.secrets.constructor === 'function' && ctx.secrets.constructor === Object, ctx.secrets.other === undefined] };`,
    ends: { value: { got: ['TOKEN_NOT_GRANTED'], secrets: ['key'], inherited: [true, true] } },
  },
  {
    name: 'unknown-operations',
    tries: 'to have the host do what it offers to nobody',
    program: `const { parse } = JSON;
      const codes = [];
      for (const url of ['file:///etc/passwd', 'data:text/plain,x', 'blob:null/1', 'about:blank', 'http://169.254.169.254/', 'entrada:', 'javascript:1']) await fetch(url).then(async (response) => codes.push(response.url === url || url.startsWith('data:') ? 'asked' : 'changed'), (error) => codes.push('refused'));
      return codes.filter((code) => !['asked', 'refused'].includes(code)).length;`,
    ends: { value: 0 },
  },
  {
    name: 'clock',
    tries: 'to have a clock that is finer than it should be, or one that the guest sets',
    program: `const steps = new Set();
      for (let i = 0; i < 20_000; i++) steps.add(performance.now() % 1);
      const { now } = Date;
      Date.now = () => 0;
      const left = ctx.remaining();
      Date.now = now;
      return { fine: [...steps].some((step) => step !== 0), left: left > 0 && left <= 5_000 };`,
    ends: { value: { fine: false, left: true } },
  },
];
