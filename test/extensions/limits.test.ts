import test, { type ExecutionContext } from 'ava';

import type { FailureKind } from '../../sandbox/contract.ts';
import { backgroundLimits, DEFAULT_LIMITS, limitsOf } from '../../src/extensions/limits.ts';
import { createTestHost, madeUpSignIn, type TestHostOptions } from '../../src/testing/index.ts';
import { writeExtension } from '../_support/world.ts';

// One after the other: they share a runner, and what is measured is the limit, not the wait for a place among loops.

/** Runs the body of a `decide` hook. */
async function decide(
  t: ExecutionContext,
  body: string,
  options: Omit<TestHostOptions, 'extension'> = {},
) {
  const extension = writeExtension(
    t,
    'limited',
    `export default { async decide(signIn, ctx) { ${body} } };`,
    {
      requests: { fetch: [{ origin: 'https://api.example.com', allow: ['GET /**', 'POST /**'] }] },
    },
  );
  await using host = await createTestHost({ extension, ...options });
  return host.decide(madeUpSignIn());
}

const ALLOW = "return { decision: 'allow' };";

async function fails(
  t: ExecutionContext,
  body: string,
  kind: FailureKind,
  code: string,
  options: Omit<TestHostOptions, 'extension'> = {},
) {
  const { decision, failure } = await decide(t, body, options);
  t.is(decision, null);
  t.like(failure, { kind, code });
}

async function passes(
  t: ExecutionContext,
  body: string,
  options: Omit<TestHostOptions, 'extension'> = {},
) {
  const { decision, failure } = await decide(t, body, options);
  t.is(failure, null);
  t.deepEqual(decision, { decision: 'allow' });
}

test.serial('wall time ends an invocation that waits', async (t) => {
  const limits = { wallMs: 300 };
  await fails(
    t,
    `await new Promise((done) => setTimeout(done, 2_000)); ${ALLOW}`,
    'timeout',
    'WALL',
    { limits },
  );
  await passes(t, `await new Promise((done) => setTimeout(done, 50)); ${ALLOW}`, {
    limits: { wallMs: 3_000 },
  });
});

test.serial('wall time ends an invocation that waits for a call of the host', async (t) => {
  const http = async () => new Promise<never>(() => undefined);
  await fails(t, "await fetch('https://api.example.com/slow');", 'timeout', 'WALL', {
    limits: { wallMs: 300 },
    http,
  });
});

test.serial('CPU time ends a loop, at once and after an await', async (t) => {
  const limits = { cpuMs: 100, wallMs: 10_000 };
  await fails(t, 'for (;;);', 'cpu', 'CPU', { limits });
  await fails(t, 'await null; for (;;);', 'cpu', 'CPU', { limits });
  await fails(t, 'await new Promise((done) => setTimeout(done, 1)); for (;;);', 'cpu', 'CPU', {
    limits,
  });
});

test.serial('CPU time does not count waiting', async (t) => {
  await passes(t, `await new Promise((done) => setTimeout(done, 600)); ${ALLOW}`, {
    limits: { cpuMs: 300 },
  });
});

test.serial('a loop that settles promises for ever is ended', async (t) => {
  await fails(t, 'for (;;) await null;', 'cpu', 'CPU', { limits: { cpuMs: 100, wallMs: 10_000 } });
});

test.serial('memory ends an invocation that fills it', async (t) => {
  const limits = { memoryMb: 16, wallMs: 20_000, cpuMs: 5_000 };
  await fails(
    t,
    'const all = []; for (;;) all.push(new Array(10_000).fill(0.5));',
    'memory',
    'MEMORY',
    { limits },
  );
});

test.serial(
  'a call of the host past the limit ends the invocation, the one before does not',
  async (t) => {
    const http = { 'GET https://api.example.com/one': {} };
    const calls = (count: number): string =>
      `for (let i = 0; i < ${count}; i++) await fetch('https://api.example.com/one'); ${ALLOW}`;
    await passes(t, calls(DEFAULT_LIMITS.hostCalls), { http, limits: { cpuMs: 2_000 } });
    await fails(t, calls(DEFAULT_LIMITS.hostCalls + 1), 'limit', 'HOST_CALLS', {
      http,
      limits: { cpuMs: 2_000 },
    });
  },
);

test.serial('calls of the host wait their turn beyond six at a time', async (t) => {
  let running = 0;
  let most = 0;
  const http = async () => {
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, 20));
    running--;
    return { status: 200, statusText: '', headers: [], body: new Uint8Array(0) };
  };
  await passes(
    t,
    `await Promise.all(Array.from({ length: 20 }, () => fetch('https://api.example.com/x'))); ${ALLOW}`,
    { http, limits: { cpuMs: 2_000 } },
  );
  t.is(most, DEFAULT_LIMITS.concurrentHostCalls);
});

test.serial('timers past the limit end the invocation, those before do not', async (t) => {
  const timers = (count: number): string =>
    `for (let i = 0; i < ${count}; i++) setTimeout(() => {}, 4_000); ${ALLOW}`;
  await passes(t, timers(DEFAULT_LIMITS.timers));
  await fails(
    t,
    `${timers(DEFAULT_LIMITS.timers + 1).replace(ALLOW, '')} await new Promise(() => {});`,
    'limit',
    'TIMERS',
  );
});

test.serial('no timer outlives its invocation', async (t) => {
  await passes(t, `setTimeout(() => { throw new Error('after the end'); }, 20); ${ALLOW}`);
});

test.serial('lines of the log past the limit are dropped, and the last one says so', async (t) => {
  const { logs, decision } = await decide(
    t,
    `for (let i = 0; i < 300; i++) console.log('line', i); ${ALLOW}`,
    { limits: { cpuMs: 2_000 } },
  );
  t.is(logs.length, DEFAULT_LIMITS.logLines);
  t.is(logs.at(-2)?.text, `line ${DEFAULT_LIMITS.logLines - 2}`);
  t.regex(logs.at(-1)?.text ?? '', /dropped/);
  t.deepEqual(decision, { decision: 'allow' });
});

test.serial('a line of the log is cut', async (t) => {
  const { logs } = await decide(t, `console.log('x'.repeat(100_000)); ${ALLOW}`);
  t.is(logs[0]?.text.length, DEFAULT_LIMITS.logLineLength);
});

test.serial('a flood of messages ends the invocation', async (t) => {
  await fails(
    t,
    `for (let i = 0; i < 100_000; i++) console.log(i); await new Promise(() => {});`,
    'limit',
    'MESSAGES',
    { limits: { cpuMs: 5_000, wallMs: 10_000 } },
  );
});

test.serial('a result longer than allowed is refused in the isolate', async (t) => {
  const result = (length: number): string =>
    `return { decision: 'deny', code: 'x', reason: 'x'.repeat(${length}) };`;
  await fails(t, result(DEFAULT_LIMITS.resultLength), 'limit', 'RESULT_LENGTH');
  await fails(t, result(DEFAULT_LIMITS.resultLength / 2), 'invalid_result', 'RESULT_INVALID');
});

test.serial('a result that JSON cannot say is refused in the isolate', async (t) => {
  await fails(t, 'return 1n;', 'invalid_result', 'RESULT_NOT_JSON');
  await fails(t, 'const a = {}; a.a = a; return a;', 'invalid_result', 'RESULT_NOT_JSON');
  const thrown = "return { toJSON() { throw new Error('mine') } };";
  const { failure } = await decide(t, thrown);
  t.is(failure?.message, 'the result is not JSON: Error: mine');
});

test.serial('a body longer than allowed is refused', async (t) => {
  const post = (bytes: number): string =>
    `try { await fetch('https://api.example.com/', { method: 'POST', body: 'x'.repeat(${bytes}) }); } catch (error) { return { decision: 'deny', code: 'too-large' }; } ${ALLOW}`;
  const http = { 'POST https://api.example.com/': {} };
  const limits = { cpuMs: 2_000 };
  t.deepEqual((await decide(t, post(DEFAULT_LIMITS.requestBytes), { http, limits })).decision, {
    decision: 'allow',
  });
  t.like((await decide(t, post(DEFAULT_LIMITS.requestBytes + 1), { http, limits })).decision, {
    code: 'too-large',
  });
});

test.serial('an answer longer than allowed is refused', async (t) => {
  const body = `try { const r = await fetch('https://api.example.com/'); await r.text(); } catch { return { decision: 'deny', code: 'too-large' }; } ${ALLOW}`;
  const http = (bytes: number) => ({ 'GET https://api.example.com/': { text: 'x'.repeat(bytes) } });
  const limits = { cpuMs: 2_000 };
  t.deepEqual(
    (await decide(t, body, { http: http(DEFAULT_LIMITS.responseBytes), limits })).decision,
    { decision: 'allow' },
  );
  t.like(
    (await decide(t, body, { http: http(DEFAULT_LIMITS.responseBytes + 1), limits })).decision,
    { code: 'too-large' },
  );
});

test.serial('ctx.remaining counts down and ctx.signal is aborted before the end', async (t) => {
  const body = `
    const before = ctx.remaining();
    await new Promise((done) => ctx.signal.addEventListener('abort', done));
    const after = ctx.remaining();
    return { decision: 'deny', code: before > after && after > 0 ? 'in-time' : 'too-late' };`;
  const { decision } = await decide(t, body, { limits: { wallMs: 700 } });
  t.like(decision, { code: 'in-time' });
});

test.serial('time and memory of a run are told', async (t) => {
  const { usage } = await decide(
    t,
    `const a = new Array(200_000).fill(1.5); await null; ${ALLOW} a;`,
  );
  t.true(usage.wallMs > 0 && usage.cpuMs > 0);
  t.true(usage.heapBytes > 1_000_000);
});

test.serial(
  'work in the background has a minute, and two seconds of a processor, at the least',
  (t) => {
    t.like(backgroundLimits(limitsOf({ wallMs: 8_000, cpuMs: 200 })), {
      wallMs: 60_000,
      cpuMs: 2_000,
    });
  },
);

test.serial('what the operator gave beyond that, work in the background keeps', (t) => {
  const given = { wallMs: 90_000, cpuMs: 5_000, memoryMb: 16 };
  t.like(backgroundLimits(limitsOf(given)), given);
});
