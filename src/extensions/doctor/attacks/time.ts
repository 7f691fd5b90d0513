import type { Attack, Ending } from '../attack.ts';

/** Half of what an extension has: an attack that is stopped by it is stopped. */
const QUICK = { cpuMs: 100, wallMs: 4_000 } as const;

/** On a machine that is busy with other work, the clock is first. */
const CPU: Ending = {
  fails: [
    ['cpu', 'CPU'],
    ['timeout', 'WALL'],
  ],
};

/** Whichever limit is first: both depend on the machine. */
const CPU_OR_MEMORY: Ending = {
  fails: [
    ['cpu', 'CPU'],
    ['timeout', 'WALL'],
    ['memory', 'MEMORY'],
    ['memory', 'ISOLATE_LOST'],
    ['memory', 'RUNNER_CRASHED'],
    ['throw', 'THROWN'],
  ],
};

/** Code that does not end. */
export const TIME: readonly Attack[] = [
  {
    name: 'loop',
    tries: 'to keep a core by a loop',
    program: 'for (;;);',
    ends: CPU,
    limits: QUICK,
  },
  {
    name: 'loop-after-await',
    tries: 'to keep a core by a loop behind an await, where V8’s own time-out has ended',
    program: 'await null; for (;;);',
    ends: CPU,
    limits: QUICK,
  },
  {
    name: 'microtask-storm',
    tries: 'to keep a core by promises that settle for ever',
    program:
      'const again = () => Promise.resolve().then(again).then(again); again(); for (;;) await null;',
    ends: CPU_OR_MEMORY,
    limits: QUICK,
  },
  {
    name: 'pending-promise',
    tries: 'to keep a place by a promise that nobody settles',
    program: 'await new Promise(() => {});',
    ends: { fails: [['timeout', 'WALL']] },
    limits: { wallMs: 200 },
  },
  {
    name: 'regexp',
    tries: 'to keep a core by a regular expression that backtracks',
    program: `return [/^(a+)+$/.test('a'.repeat(40) + 'b'), /^(([a-z])+.)+[A-Z]([a-z])+$/.test('a'.repeat(60))];`,
    ends: CPU,
    limits: QUICK,
  },
  {
    name: 'native-search',
    tries: 'to keep a core by searching texts, again and again',
    program: `const hay = 'ab'.repeat(2 ** 23); const needle = 'ab'.repeat(2 ** 12) + 'b'; let at = 0; for (;;) at += hay.indexOf(needle) + hay.lastIndexOf(needle) + hay.split(needle).length;`,
    ends: CPU_OR_MEMORY,
    limits: QUICK,
  },
  {
    name: 'native-operation',
    tries: 'to keep a core by one operation that V8 cannot interrupt',
    program: `let product = 3n ** (2n ** 22n); for (let i = 0; i < 12; i++) product *= product; return String(product).length;`,
    ends: CPU_OR_MEMORY,
    limits: QUICK,
  },
  {
    name: 'sort-comparator',
    tries: 'to keep a core by a comparator that never agrees with itself',
    program: `let turn = 0; return Array.from({ length: 3e6 }, (_, i) => i).sort(() => (turn = (turn * 7 + 3) % 11) - 5).length;`,
    ends: CPU_OR_MEMORY,
    limits: QUICK,
  },
  {
    name: 'endless-getter',
    tries: 'to keep a core while the result is read: getters, toJSON, proxies',
    program: `return { get decision() { for (;;); } };`,
    ends: CPU,
    limits: QUICK,
  },
  {
    name: 'endless-thenable',
    tries: 'to keep a core by a thenable that resolves with itself',
    program: `const thenable = { then(resolve) { resolve(thenable); } }; return thenable;`,
    ends: CPU_OR_MEMORY,
    limits: QUICK,
  },
  {
    name: 'endless-iterator',
    tries: 'to keep a core where the platform iterates, and where it closes an iterator',
    program: `new Headers({ [Symbol.iterator]: () => ({ next: () => ({ value: ['a', 'b'], done: false }), return() { for (;;); } }) });`,
    ends: CPU_OR_MEMORY,
    limits: QUICK,
  },
  {
    name: 'endless-finalizer',
    tries: 'to keep a core from a callback of the garbage collector',
    program: `const registry = new FinalizationRegistry(() => { for (;;); });
      for (let i = 0; i < 20_000; i++) registry.register({ i }, i);
      for (let i = 0; i < 60; i++) { new Array(100_000).fill(i); await new Promise((resolve) => setTimeout(resolve, 1)); }
      for (;;);`,
    ends: CPU_OR_MEMORY,
    limits: QUICK,
  },
  {
    name: 'host-work-flood',
    tries: 'to keep the runner’s own thread busy with questions that it answers at once',
    program: `const bytes = new Uint8Array(1e6).fill(0x88); for (;;) new TextDecoder('shift_jis').decode(bytes);`,
    ends: {
      fails: [
        ['cpu', 'CPU'],
        ['limit', 'SENT_LENGTH'],
        ['limit', 'MESSAGES'],
      ],
    },
    limits: QUICK,
  },
  {
    name: 'crypto-flood',
    tries: 'to keep the runner’s threads busy with cryptography',
    program: `const key = await crypto.subtle.importKey('raw', new Uint8Array(16), 'PBKDF2', false, ['deriveBits']);
      await Promise.all(Array.from({ length: 40 }, () => crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(16), iterations: 1_000_000 }, key, 512)));`,
    ends: {
      fails: [
        ['cpu', 'CPU'],
        ['timeout', 'WALL'],
        ['throw', 'THROWN'],
      ],
    },
    limits: QUICK,
  },
  {
    name: 'loop-after-the-answer',
    tries: 'to go on after the answer was given',
    program: `Promise.resolve().then(() => {}).then(() => {}).then(() => {}).then(() => { for (;;); }); return 'answered';`,
    ends: { value: 'answered', fails: [['cpu', 'CPU']] },
    limits: QUICK,
  },
  {
    name: 'end-in-native-work',
    tries: 'to be ended in the middle of native work, and to keep its thread and its process',
    program: `let product = 3n ** (2n ** 21n); for (;;) product = (product * product) % (3n ** (2n ** 22n));`,
    ends: CPU_OR_MEMORY,
    limits: { cpuMs: 5_000, wallMs: 500 },
  },
];
