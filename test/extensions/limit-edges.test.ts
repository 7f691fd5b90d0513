import test from 'ava';
import { z } from 'zod';

import type { Outcome } from '../../sandbox/contract.ts';
import { Laboratory } from '../../src/extensions/doctor/laboratory.ts';
import type { Limits } from '../../src/extensions/limits.ts';
import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';
import { readResult } from '../../src/extensions/result.ts';
import { CallQueue } from '../../src/extensions/runner/call-queue.ts';
import { Traffic } from '../../src/extensions/runner/traffic.ts';
import { createTestHost, madeUpSignIn } from '../../src/testing/index.ts';
import { writeExtension } from '../_support/world.ts';

interface Edge {
  readonly limit: keyof Limits;
  readonly at: number;
  /** What just fits, and what is one more. */
  readonly fits: string;
  readonly over: string;
  readonly code: string;
}

/** Each limit of the boundary, set so low that its edge can be stood on exactly. */
const EDGES: readonly Edge[] = [
  {
    limit: 'resultLength',
    at: 100,
    fits: `return 'x'.repeat(98);`,
    over: `return 'x'.repeat(99);`,
    code: 'RESULT_LENGTH',
  },
  {
    limit: 'messages',
    at: 10,
    fits: `for (let i = 0; i < 9; i++) console.log(i); return 1;`,
    over: `for (let i = 0; i < 10; i++) console.log(i); return 1;`,
    code: 'MESSAGES',
  },
  {
    limit: 'hostCalls',
    at: 3,
    fits: `for (let i = 0; i < 3; i++) await ctx.share('kept', i); return 1;`,
    over: `for (let i = 0; i < 4; i++) await ctx.share('kept', i); return 1;`,
    code: 'HOST_CALLS',
  },
  {
    limit: 'timers',
    at: 3,
    fits: `for (let i = 0; i < 3; i++) setTimeout(() => {}, 5_000); return 1;`,
    over: `for (let i = 0; i < 4; i++) setTimeout(() => {}, 5_000); await new Promise(() => {});`,
    code: 'TIMERS',
  },
  {
    limit: 'sentLength',
    at: 2_000,
    fits: `console.log('x'.repeat(1_900)); return 1;`,
    over: `console.log('x'.repeat(1_900)); console.log('x'.repeat(200)); return 1;`,
    code: 'SENT_LENGTH',
  },
  {
    limit: 'answeredLength',
    at: 2_000,
    fits: `await fetch('https://api.example.com/x'); return 1;`,
    over: `for (let i = 0; i < 9; i++) await fetch('https://api.example.com/x'); return 1;`,
    code: 'ANSWERED_LENGTH',
  },
];

let opened: Promise<Laboratory> | undefined;

async function run(name: string, program: string, limits: Partial<Limits>): Promise<Outcome> {
  opened ??= Laboratory.open({ platform: await loadPlatform() });
  const laboratory = await opened;
  return (await laboratory.attempt({ name, tries: '', program, limits })).outcome;
}

test.after.always(async () => {
  await (await opened)?.[Symbol.asyncDispose]();
});

for (const { limit, at, fits, over, code } of EDGES) {
  test.serial(`${limit}: what just fits passes, one more is a failure of its own`, async (t) => {
    const limits = { cpuMs: 2_000, wallMs: 20_000, [limit]: at };
    const inside = await run(`${limit}-fits`, fits, limits);
    t.true(inside.ok, JSON.stringify(inside));
    t.like(await run(`${limit}-over`, over, limits), {
      ok: false,
      failure: { kind: 'limit', code },
    });
  });
}

test.serial(
  'messageLength: a call that just fits is made, one character more is refused',
  async (t) => {
    const program = `const codes = [];
    for (const length of [969, 970, 971, 972, 973, 974, 975, 976, 977, 978, 979, 980]) { try { await ctx.share('kept', 'x'.repeat(length)); codes.push('made'); } catch (error) { codes.push(error.code); } }
    return codes;`;
    const outcome = await run('message-length', program, { messageLength: 1_000 });
    if (!outcome.ok) return t.fail(outcome.failure.message);
    const codes: string[] = JSON.parse(outcome.result);
    const made = codes.filter((code) => code === 'made').length;
    t.is(JSON.stringify({ key: 'kept', value: 'x'.repeat(968 + made) }).length, 1_000);
    t.deepEqual(new Set(codes.slice(made)), new Set(['MESSAGE_TOO_LARGE']));
  },
);

test.serial('messageLength: it is as long in any alphabet', async (t) => {
  const length = DEFAULT_LIMITS.messageLength - 100;
  const program = `await ctx.share('kept', '漢'.repeat(${length})); return 1;`;
  t.deepEqual(await run('message-alphabet', program, { cpuMs: 5_000, wallMs: 20_000 }), {
    ok: true,
    result: '1',
  });
});

test.serial('cpuMs: what needs half of it passes, what needs more does not', async (t) => {
  const loop = (ms: number): string =>
    `const until = Date.now() + ${ms}; while (Date.now() < until); return 1;`;
  const limits = { cpuMs: 1_000, wallMs: 20_000 };
  t.true((await run('cpu-fits', loop(400), limits)).ok);
  t.like(await run('cpu-over', 'for (;;);', limits), { failure: { kind: 'cpu', code: 'CPU' } });
});

test.serial('wallMs: who is done before it passes, who is not is ended', async (t) => {
  const wait = (ms: number): string =>
    `await new Promise((resolve) => setTimeout(resolve, ${ms})); return 1;`;
  t.true((await run('wall-fits', wait(100), { wallMs: 10_000 })).ok);
  t.like(await run('wall-over', wait(60_000), { wallMs: 400 }), {
    failure: { kind: 'timeout', code: 'WALL' },
  });
});

test.serial(
  'memoryMb: an object of a million keys passes by default, forty million numbers in 32 MiB do not',
  async (t) => {
    const keys = (count: number): string =>
      `const all = []; for (let n = 0; n < ${count}; n++) all.push(new Array(1e6).fill(0.5)); return all.length;`;
    const limits = { cpuMs: 5_000, wallMs: 20_000 };
    const million = `const all = {}; for (let i = 0; i < 1e6; i++) all['key' + i] = i; return 1;`;
    t.true((await run('memory-fits', million, limits)).ok);
    t.like(await run('memory-over', keys(40), { ...limits, memoryMb: 32 }), {
      ok: false,
      failure: { kind: 'memory' },
    });
  },
);

test.serial(
  'callLength: what fits is told to the hook, more is a failure before it is run',
  async (t) => {
    const code = "export default { decide: () => ({ decision: 'allow' }) };";
    await using host = await createTestHost({ extension: writeExtension(t, 'told', code) });
    const told = (length: number) => madeUpSignIn({ claims: { long: 'x'.repeat(length) } });
    const over = await host.decide(told(DEFAULT_LIMITS.callLength));
    t.like(over.failure, { kind: 'limit', code: 'CALL_LENGTH' });
    const [, length] = /have (\d+) characters/.exec(over.failure?.message ?? '') ?? [];
    const most = 2 * DEFAULT_LIMITS.callLength - Number(length);
    t.deepEqual((await host.decide(told(most))).decision, { decision: 'allow' });
    t.like((await host.decide(told(most + 1))).failure, { kind: 'limit', code: 'CALL_LENGTH' });
  },
);

// ---- in the gateway

const LIMITS = { ...DEFAULT_LIMITS, resultDepth: 3, resultNodes: 5 };

const read = (value: unknown) => readResult(JSON.stringify(value), z.json(), LIMITS);

test('resultDepth: a result that nests as deep as allowed is read, one level more is not', (t) => {
  t.true(read([[[1]]]).ok);
  t.like(read([[[[1]]]]), { ok: false, code: 'RESULT_TOO_COMPLEX' });
  t.like(read({ a: { b: { c: { d: 1 } } } }), { ok: false, code: 'RESULT_TOO_COMPLEX' });
});

test('resultNodes: a result of as many values as allowed is read, one more is not', (t) => {
  t.true(read([1, 2, 3, 4]).ok);
  t.like(read([1, 2, 3, 4, 5]), { ok: false, code: 'RESULT_TOO_COMPLEX' });
});

test('a result that is nested deeper than any stack is refused, and breaks nothing', (t) => {
  const text = '['.repeat(30_000) + ']'.repeat(30_000);
  t.like(readResult(text, z.json(), DEFAULT_LIMITS), { ok: false });
});

test('logLineLength and logLines: a line is cut where it is too long, and dropped where it is one too many', (t) => {
  const traffic = new Traffic({ ...DEFAULT_LIMITS, logLines: 3, logLineLength: 5 });
  const lines = ['12345', '123456', 'last', 'more'].map((line) => traffic.line(line));
  t.deepEqual(lines, ['12345', '12345', '… further lines are dropped', undefined]);
});

test('answeredLength and sentLength count over the whole invocation', (t) => {
  const traffic = new Traffic({ ...DEFAULT_LIMITS, sentLength: 10, answeredLength: 10 });
  t.is(traffic.count('12345'), undefined);
  t.is(traffic.count('12345'), undefined);
  t.like(traffic.count('1'), ['SENT_LENGTH']);
  t.is(traffic.countAnswer('1234567890'), undefined);
  t.like(traffic.countAnswer('1'), ['ANSWERED_LENGTH']);
});

test('messageLength: a message that just fits is taken, one character more is not', (t) => {
  const traffic = new Traffic({ ...DEFAULT_LIMITS, messageLength: 5 });
  t.is(traffic.count('12345'), undefined);
  t.like(traffic.count('123456'), ['MESSAGE_LENGTH']);
});

test('concurrentHostCalls: so many begin at once, the next when one is answered', (t) => {
  const queue = new CallQueue({ hostCalls: 5, concurrentHostCalls: 2 });
  const begun: number[] = [];
  for (const call of [1, 2, 3, 4, 5]) t.true(queue.add(call, () => void begun.push(call)));
  t.deepEqual(begun, [1, 2]);
  queue.finish();
  t.deepEqual(begun, [1, 2, 3]);
  t.false(
    queue.add(6, () => undefined),
    'the sixth in all',
  );
});
