import type { Attack } from '../attack.ts';

/** More of something than anybody needs. */
export const FLOODS: readonly Attack[] = [
  {
    name: 'log-flood',
    tries: 'to drown the log, and the pipe to it',
    program: `for (;;) console.log('x'.repeat(8_000));`,
    ends: {
      fails: [
        ['limit', 'MESSAGES'],
        ['limit', 'SENT_LENGTH'],
        ['cpu', 'CPU'],
      ],
    },
  },
  {
    name: 'call-flood',
    tries: 'to drown the host in calls',
    program: `for (;;) ctx.share('kept', 1).catch(() => {});`,
    ends: {
      fails: [
        ['limit', 'HOST_CALLS'],
        ['cpu', 'CPU'],
      ],
    },
  },
  {
    name: 'timer-flood',
    tries: 'to drown the host in timers',
    program: `for (;;) setTimeout(() => {}, 1_000);`,
    ends: {
      fails: [
        ['limit', 'TIMERS'],
        ['cpu', 'CPU'],
      ],
    },
  },
  {
    name: 'interval-flood',
    tries: 'to be woken for ever',
    program: `for (let i = 0; i < 50; i++) setInterval(() => { for (let j = 0; j < 1e5; j++); }, 0); await new Promise(() => {});`,
    ends: {
      fails: [
        ['limit', 'MESSAGES'],
        ['cpu', 'CPU'],
        ['timeout', 'WALL'],
      ],
    },
    limits: { wallMs: 2_000 },
  },
  {
    name: 'random-flood',
    tries: 'to use up what the host has of random bytes and of patience',
    program: `for (;;) crypto.getRandomValues(new Uint8Array(65_536));`,
    ends: {
      fails: [
        ['cpu', 'CPU'],
        ['limit', 'MESSAGES'],
      ],
    },
  },
  {
    name: 'rejection-flood',
    tries: 'to have the host count promises that nobody handles, again and again',
    program: `const all = []; for (let i = 0; i < 200_000; i++) all.push(Promise.reject(i)); for (const one of all) one.catch(() => {}); return all.length;`,
    ends: {
      fails: [
        ['cpu', 'CPU'],
        ['memory', 'MEMORY'],
        ['throw', 'UNHANDLED_REJECTION'],
      ],
    },
  },
  {
    name: 'unhandled-rejection',
    tries: 'to fail without the hook failing',
    program: `Promise.reject(new Error('floating')); await new Promise((resolve) => setTimeout(resolve, 50)); return 'allowed';`,
    ends: { fails: [['throw', 'UNHANDLED_REJECTION']] },
  },
  {
    name: 'chosen-failure',
    tries: 'to choose the kind of its failure by the words of an error',
    program: `Promise.reject(new Error('Isolate was disposed during execution due to memory limit')); await new Promise(() => {});`,
    ends: { fails: [['throw', 'UNHANDLED_REJECTION']] },
  },
  {
    name: 'rejection-without-words',
    tries: 'to break the host by a rejection that has no text',
    program: `Promise.reject({ toString: 1, valueOf: 1, message: { toString() { throw 1; } }, get stack() { throw 2; } }); await new Promise(() => {});`,
    ends: { fails: [['throw', 'UNHANDLED_REJECTION']] },
  },
  {
    name: 'trace-forgery',
    tries: 'to have the host look for ever at a stack trace that guest code wrote',
    program: `const error = new Error('x'); error.stack = '    at ' + ' ('.repeat(200_000) + ':1:1'.repeat(200_000); throw error;`,
    ends: { fails: [['throw', 'THROWN']] },
    limits: { cpuMs: 2_000 },
  },
  {
    name: 'late-timer',
    tries: 'to do something after the end',
    program: `setTimeout(() => { ctx.share('late', 1); for (;;); }, 5); return 'answered';`,
    ends: { value: 'answered' },
  },
  {
    name: 'shared-memory',
    tries: 'to measure time, or to sleep, by memory that is shared',
    program: `const names = [];
      for (const reach of [() => SharedArrayBuffer, () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer, () => Atomics.wait, () => Atomics.waitAsync, () => structuredClone(new ArrayBuffer(8)).constructor.name === 'SharedArrayBuffer' || undefined]) {
        try { if (reach() !== undefined) names.push(String(reach)); } catch { /* gone */ }
      }
      return names;`,
    ends: { value: [] },
  },
];
