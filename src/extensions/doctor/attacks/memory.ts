import type { Attack, Fails } from '../attack.ts';

const LIMITS = { memoryMb: 32, cpuMs: 1_000, wallMs: 6_000 } as const;

/** Memory, or whatever V8 makes of its end; all of it is denied. */
const GONE: { readonly fails: readonly Fails[] } = {
  fails: [
    ['memory', 'MEMORY'],
    ['memory', 'ISOLATE_LOST'],
    ['memory', 'RUNNER_CRASHED'],
    ['cpu', 'CPU'],
    ['timeout', 'WALL'],
    ['throw', 'THROWN'],
    ['throw', 'UNHANDLED_REJECTION'],
  ],
};

/** Code that takes memory, inside of V8’s count and outside of it. */
export const MEMORY: readonly Attack[] = [
  {
    name: 'heap-fill',
    tries: 'to fill the heap',
    program: `const all = []; for (;;) all.push(new Array(10_000).fill(0.5));`,
    ends: GONE,
    limits: LIMITS,
  },
  {
    name: 'many-keys',
    tries: 'to abort the process by an object of millions of keys, as ordinary code does',
    program: `const all = {}; for (let i = 0; i < 4e6; i++) all['key' + i] = i; return 1;`,
    ends: GONE,
    limits: LIMITS,
  },
  {
    name: 'large-map',
    tries: 'to abort the process by a Map or a Set that outgrows everything',
    program: `const map = new Map(); const set = new Set(); for (let i = 0; i < 2e7; i++) { map.set(i, i); set.add(i); } return 1;`,
    ends: GONE,
    limits: LIMITS,
  },
  {
    name: 'array-buffers',
    tries: 'to take memory that is not on the heap',
    program: `const all = []; for (;;) all.push(new Uint8Array(4e6).fill(1));`,
    ends: GONE,
    limits: LIMITS,
  },
  {
    name: 'resizable-buffers',
    tries: 'to take memory by buffers that grow after they were counted',
    program: `const all = []; for (let i = 0; i < 200; i++) { const buffer = new ArrayBuffer(8, { maxByteLength: 5e8 }); all.push(buffer); try { buffer.resize(5e8); } catch { /* refused */ } new Uint8Array(buffer).fill(1); } return all.length;`,
    ends: GONE,
    limits: LIMITS,
  },
  {
    name: 'giant-text',
    tries: 'to take memory by texts that are longer than they look: ropes, padding, joins',
    program: `const rope = 'x'.repeat(2 ** 28); const all = []; for (let i = 0; i < 64; i++) all.push((rope + i).split('').length, rope.toUpperCase().length, rope.padEnd(2 ** 29 - 30, i).normalize().length); return all.length;`,
    ends: GONE,
    limits: LIMITS,
  },
  {
    name: 'giant-result',
    tries:
      'to have a giant text carried to the host: as result, call, line of the log, key of a timer',
    program: `return { decision: 'x'.repeat(2 ** 28) };`,
    ends: { fails: [['limit', 'RESULT_LENGTH'], ...GONE.fails] },
    limits: LIMITS,
  },
  {
    name: 'giant-call',
    tries: 'to have a giant text carried to the host by a call',
    program: `try { await ctx.share('kept', 'x'.repeat(2 ** 24)); return 'carried'; } catch (error) { return error.code; }`,
    ends: { value: 'MESSAGE_TOO_LARGE' },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'giant-rejection',
    tries: 'to have a giant text carried to the host by a rejection that nobody handles',
    program: `const error = new Error('x'); error.stack = 'x'.repeat(2 ** 28); Promise.reject(error); Promise.reject('y'.repeat(2 ** 28)); await new Promise(() => {});`,
    ends: GONE,
    limits: LIMITS,
  },
  {
    name: 'giant-number',
    tries: 'to have the host turn a number of many megabits into text',
    program: `Promise.reject(2n ** (2n ** 27n)); await new Promise(() => {});`,
    ends: GONE,
    limits: { cpuMs: 2_000, wallMs: 4_000 },
  },
  {
    name: 'shared-references',
    tries: 'to have few objects become many while they are copied',
    program: `let all = ['x'.repeat(1000)]; for (let i = 0; i < 24; i++) all = [all, all, all]; return all;`,
    ends: { fails: [['limit', 'RESULT_LENGTH'], ...GONE.fails] },
    limits: LIMITS,
  },
  {
    name: 'deep-nesting',
    tries: 'to overflow a stack of the host by what is nested deep',
    program: `let deep = []; for (let i = 0; i < 100_000; i++) deep = [deep]; try { await ctx.share('kept', deep); } catch (error) { if (!(error instanceof Error)) return 'foreign'; } return deep;`,
    ends: {
      fails: [['limit', 'RESULT_LENGTH'], ['invalid_result', 'RESULT_NOT_JSON'], ...GONE.fails],
    },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'deep-json',
    tries: 'to overflow a stack, or to take memory, by JSON that is deep or wide',
    program: `
      const found = [];
      for (const text of ['['.repeat(2e6) + ']'.repeat(2e6), '{"a":'.repeat(1e6) + '1' + '}'.repeat(1e6)]) { try { JSON.parse(text); found.push('parsed'); } catch (error) { found.push(error instanceof RangeError); } }
      for (const make of [() => JSON.parse('[' + '0,'.repeat(8e6) + '0]'), () => JSON.parse('[' + '{},'.repeat(4e6) + '0]')]) found.push(make().length);
      return found.length;`,
    ends: { value: 4, ...GONE },
    limits: LIMITS,
  },
  {
    name: 'stack-edge',
    tries: 'to break the platform in the middle, by calling it where the stack ends',
    program: `let token; let deepest = 0;
      const dive = (depth) => {
        try { dive(depth + 1); } catch (error) {
          if (deepest === 0) deepest = depth;
          if (deepest - depth > 60) throw error;
          for (const use of [() => ctx.log.info('x'), () => void ctx.share('kept', depth).catch(() => {}), () => new URL('https://a.example/b'), () => 'x'.normalize('NFKC').localeCompare('y', 'de'), () => new Intl.DateTimeFormat('de').format(0), () => structuredClone({ a: [1] }), () => crypto.getRandomValues(new Uint8Array(1)), () => JSON.parse('[[1]]'), () => /(a|b)+$/.test('abab')]) { try { use(); } catch { /* the stack ends here */ } }
          throw error;
        }
      };
      try { dive(0); } catch { token = ctx.token('https://api.example.com'); }
      await ctx.share('after', 1);
      return token;`,
    ends: {
      value: 'entrada-token-of-the-doctor',
      fails: [
        ['limit', 'HOST_CALLS'],
        ['cpu', 'CPU'],
        ['memory', 'RUNNER_CRASHED'],
      ],
    },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'compression-bomb',
    tries: 'to have the host unpack what becomes enormous',
    program: `const zeros = new Blob([new Uint8Array(8e6)]);
      const packed = await new Response(zeros.stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
      let bytes = 0;
      for (let i = 0; i < 40; i++) { const all = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer(); bytes += all.byteLength; }
      return bytes;`,
    ends: {
      fails: [
        ['limit', 'HOST_CALLS'],
        ['limit', 'SENT_LENGTH'],
        ['limit', 'ANSWERED_LENGTH'],
        ['limit', 'MESSAGE_LENGTH'],
        ...GONE.fails,
      ],
    },
    limits: { cpuMs: 2_000, wallMs: 8_000 },
  },
];
