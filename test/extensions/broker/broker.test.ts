import test from 'ava';
import fc from 'fast-check';

import type { HostAnswer } from '../../../sandbox/contract.ts';
import { Throttle } from '../../../src/extensions/broker/throttle.ts';
import type { HttpClient } from '../../../src/net/http.ts';
import { createTestHost, madeUpSignIn } from '../../../src/testing/index.ts';
import { bodyOf, startBroker, startServices } from '../../_support/broker.ts';
import { writeExtension } from '../../_support/world.ts';

const unreachable = async (): Promise<never> => {
  throw new TypeError('nothing is reached');
};

const NOWHERE = { clients: { public: unreachable, any: unreachable } };

test('an operation that nobody offers is refused', async (t) => {
  const { ask } = await startBroker(t, NOWHERE);
  for (const op of ['', 'eval', 'constructor', '__proto__', 'toString', 'kv', 'kv.', 'fetch ']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    t.like(await ask(op, {}), { ok: false, error: { code: 'OPERATION_UNKNOWN' } }, op);
  }
});

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const FETCH = { url: 'https://a.test', method: 'GET', headers: [], body: null, redirect: 'follow' };

const WORK = { event: 'work.tidy', payload: 1 };

const WRONG: readonly (readonly [op: string, what: string, argument: unknown])[] = [
  ['fetch', 'null', null],
  ['fetch', 'nothing', {}],
  ['fetch', 'a number for a URL', { ...FETCH, url: 7 }],
  ['fetch', 'headers that are no pairs', { ...FETCH, headers: { a: 'b' } }],
  ['fetch', 'a header without a value', { ...FETCH, headers: [['a']] }],
  ['fetch', '201 headers', { ...FETCH, headers: Array.from({ length: 201 }, () => ['a', 'b']) }],
  ['fetch', 'a redirect mode of its own', { ...FETCH, redirect: 'never' }],
  ['fetch', 'private addresses', { ...FETCH, privateAddresses: true }],
  ['fetch', 'a limit', { ...FETCH, maxBytes: 1e9 }],
  ['kv.get', 'no key', {}],
  ['kv.get', 'an empty key', { key: '' }],
  ['kv.get', 'a key with a line break', { key: 'a\nb' }],
  ['kv.get', 'a key of 258 bytes', { key: 'ä'.repeat(129) }],
  ['kv.get', 'a key that is no text', { key: '\ud800' }],
  ['kv.set', 'no value', { key: 'a' }],
  ['kv.set', 'no time', { key: 'a', value: 1, ttl: 0 }],
  ['kv.set', 'half a second', { key: 'a', value: 1, ttl: 1.5 }],
  ['kv.set', 'more than thirty days', { key: 'a', value: 1, ttl: 30 * 24 * 3_600 + 1 }],
  ['kv.set', 'the name of another extension', { key: 'a', value: 1, extension: 'other' }],
  ['kv.list', 'a prefix longer than a key', { prefix: 'a'.repeat(257) }],
  ['enqueue', 'a name that is not work', { event: 'signIn.succeeded', payload: 1 }],
  ['enqueue', 'a payload of more than 16 KiB', { ...WORK, payload: 'x'.repeat(16 * 1024 - 1) }],
  ['enqueue', 'a delay of more than seven days', { ...WORK, delay: 7 * 86_400 + 1 }],
  ['enqueue', 'a delay into the past', { ...WORK, delay: -1 }],
  ['share', 'a key with a space', { key: 'a b', value: 1 }],
  ['share', 'a value of more than 4 KiB', { key: 'a', value: 'x'.repeat(4 * 1024 - 1) }],
];

for (const [op, argument] of [
  ['kv.set', { key: 'a' }],
  ['kv.compareAndSet', { key: 'a' }],
  ['share', { key: 'a' }],
  ['enqueue', { event: 'work.tidy' }],
  ['sign', { kind: 'jwt', secret: 'a', algorithm: 'HS256', lifetime: 60 }],
] as const) {
  test(`${op} refuses what nests too deep, and nothing breaks in the gateway`, async (t) => {
    const { broker } = await startBroker(t, NOWHERE);
    const member = { enqueue: 'payload', sign: 'claims' }[op as string] ?? 'value';
    for (const depth of [101, 1_900, 30_000]) {
      const value = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const text = `${JSON.stringify(argument).slice(0, -1)},"${member}":${value}}`;
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answer: HostAnswer = JSON.parse(await broker.call(op, text));
      t.like(answer, { ok: false, error: { code: 'ARGUMENT_INVALID' } }, `${depth}`);
    }
  });
}

const MANY = `[${'[],'.repeat(900_000)}0]`;

for (const [op, text, code] of [
  ['kv.set', `{"key":"a","value":${MANY}}`, 'KV_VALUE_TOO_LARGE'],
  ['kv.compareAndSet', `{"key":"a","value":1,"expected":${MANY}}`, 'KV_VALUE_TOO_LARGE'],
  ['share', `{"key":"a","value":${MANY}}`, 'ARGUMENT_INVALID'],
  ['enqueue', `{"event":"work.tidy","payload":${MANY}}`, 'ARGUMENT_INVALID'],
  [
    'sign',
    `{"kind":"jwt","secret":"a","algorithm":"HS256","lifetime":60,"claims":{"a":${MANY}}}`,
    'ARGUMENT_INVALID',
  ],
] as const) {
  test(`${op} refuses a million values, which everybody would wait for`, async (t) => {
    const { broker } = await startBroker(t, NOWHERE);
    const answer: HostAnswer = JSON.parse(await broker.call(op, text));
    t.like(answer, { ok: false, error: { code } });
  });
}

for (const [op, what, argument] of WRONG) {
  test(`${op} refuses ${what}`, async (t) => {
    const { ask } = await startBroker(t, NOWHERE);
    t.like(await ask(op, argument), { ok: false, error: { code: 'ARGUMENT_INVALID' } });
  });
}

test('values at the edge of what is allowed are taken', async (t) => {
  const { ask } = await startBroker(t, NOWHERE, { context: { provides: ['a'] } });
  t.true((await ask('kv.get', { key: 'ä'.repeat(128) })).ok);
  t.true((await ask('kv.set', { key: 'a', value: 1, ttl: 30 * 24 * 3_600 })).ok);
  t.true((await ask('kv.set', { key: 'a', value: nested(98) })).ok);
  t.true((await ask('kv.list', { prefix: 'a'.repeat(256) })).ok);
  t.true((await ask('share', { key: 'a', value: 'x'.repeat(4 * 1024 - 2) })).ok);
  t.true((await ask('enqueue', { ...WORK, payload: 'x'.repeat(16 * 1024 - 2) })).ok);
  t.true((await ask('enqueue', { ...WORK, delay: 7 * 86_400 })).ok);
});

test('an invocation leaves twenty pieces of work, and no more', async (t) => {
  const { ask, broker } = await startBroker(t, NOWHERE);
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (let piece = 0; piece < 20; piece++) t.true((await ask('enqueue', WORK)).ok);
  t.like(await ask('enqueue', WORK), { ok: false, error: { code: 'ENQUEUE_LIMIT' } });
  t.is(broker.enqueued.length, 20);
});

test('what is not declared is not shared', async (t) => {
  const { ask, broker } = await startBroker(t, NOWHERE, { context: { provides: ['risk'] } });
  t.true((await ask('share', { key: 'risk', value: 1 })).ok);
  t.like(await ask('share', { key: 'other', value: 1 }), { error: { code: 'SHARE_NOT_DECLARED' } });
  t.deepEqual([...broker.shared], [['risk', 1]]);
});

test('whatever is asked, the broker answers, and says nothing of the host', async (t) => {
  const broken: unknown[] = [];
  const { broker } = await startBroker(t, NOWHERE, {
    context: { broken: (error) => void broken.push(error), provides: ['a'] },
  });
  const op = fc.oneof(
    fc.constantFrom('fetch', 'kv.get', 'kv.set', 'kv.list', 'kv.compareAndSet', 'sign', 'share'),
    fc.string(),
  );
  const argument = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({
        url: fc.webUrl(),
        method: fc.string(),
        headers: fc.jsonValue(),
        body: fc.jsonValue(),
      })
      .map((value) => JSON.stringify({ ...FETCH, ...value })),
    fc
      .record({ key: fc.string(), value: fc.jsonValue(), expected: fc.jsonValue() })
      .map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(op, argument, async (name, text) => {
      const answer = await broker.call(name, text);
      const { ok, error } = JSON.parse(answer);
      t.false(/node:|\/src\/|at Object|\.ts:\d/.test(answer), answer);
      return ok === true || /^[A-Z_]+$/.test(error.code);
    }),
    { numRuns: 500, seed: 4 },
  );
});

test('a request that a client of the gateway breaks at is an answer without words of it', async (t) => {
  const broken: unknown[] = [];
  const origin = 'https://a.test';
  const { fetch } = await startBroker(t, NOWHERE, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: false }],
    context: { broken: (error) => void broken.push(error) },
  });
  t.like(await fetch(`${origin}/`), {
    code: 'OPERATION_FAILED',
    message: 'the host could not do this',
  });
  t.is(broken.length, 1, 'the gateway hears it');
});

test('an invocation may be repeated until it asked for something to be changed', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  const start = () =>
    startBroker(t, services, {
      fetch: [{ origin, allow: ['GET /**', 'POST /**'], privateAddresses: true }],
    });
  const reading = await start();
  await reading.fetch(`${origin}/`);
  await reading.ask('kv.get', { key: 'a' });
  await reading.fetch(`${origin}x/`, { method: 'POST' });
  t.true(reading.broker.isRepeatable, 'reading, and a request that was refused');
  const writing = await start();
  await writing.ask('kv.set', { key: 'a', value: 1 });
  t.false(writing.broker.isRepeatable);
  const posting = await start();
  await posting.fetch(`${origin}/`, { method: 'POST', body: bodyOf('x') });
  t.false(posting.broker.isRepeatable);
});

test('what waits for its turn when an invocation is repeated is sent by the repetition alone', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  const throttle = new Throttle(() => 0, { perSecond: 10, burst: 1 });
  throttle.reserve('tested', origin);
  const { fetch, broker } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['POST /**'], privateAddresses: true }],
    context: { throttle },
  });
  const before = fetch(`${origin}/before`, { method: 'POST' });
  t.true(broker.isRepeatable, 'nothing has left');
  broker.begin();
  t.is((await before).code, 'NET_ABORTED');
  t.true(broker.isRepeatable, 'nothing has left');
  t.is((await fetch(`${origin}/again`, { method: 'POST' })).status, 200);
  t.deepEqual(
    services.got.map(({ url }) => url),
    ['/again'],
  );
});

test('what was shared before an invocation is repeated is shared no more', async (t) => {
  const { ask, broker } = await startBroker(t, NOWHERE, { context: { provides: ['risk'] } });
  await ask('share', { key: 'risk', value: 9 });
  broker.begin();
  t.deepEqual([...broker.shared], []);
});

// ---- from inside of an isolate

/** Six requests that are answered when the seventh is over: no more of them are under way at a time. */
const SIX = `const six = Array.from({ length: 6 }, (_, i) => fetch('https://a.test/slow/' + i));
  const controller = new AbortController();
  const over = (error) => error.name;`;

const ABORTED: readonly (readonly [when: string, source: string])[] = [
  [
    'while it waits for others',
    `const last = fetch('https://a.test/', { method: 'POST', body: 'x', signal: controller.signal }).catch(over);
     setTimeout(() => controller.abort(), 20);`,
  ],
  [
    'while its body is read',
    `const body = new ReadableStream({ start: (one) => void setTimeout(() => one.close(), 40) });
     const { signal } = controller;
     const last = fetch('https://a.test/', { method: 'POST', body, signal, duplex: 'half' }).catch(over);
     setTimeout(() => controller.abort(), 20);`,
  ],
];

for (const [when, source] of ABORTED) {
  test(`a request that is aborted ${when} never leaves`, async (t) => {
    const sent: string[] = [];
    const answered = Promise.withResolvers<void>();
    const http: HttpClient = async ({ method }) => {
      sent.push(method);
      if (method === 'GET') await answered.promise;
      return { status: 200, statusText: '', headers: [], body: new Uint8Array() };
    };
    const code = `export default { async decide() {
      ${SIX} ${source}
      const name = await last;
      await Promise.all(six);
      await new Promise((done) => setTimeout(done, 50));
      return { decision: 'deny', code: name.toLowerCase() };
    } };`;
    const allow = ['GET /**', 'POST /**'];
    const requests = { fetch: [{ origin: 'https://a.test', allow }] };
    const extension = writeExtension(t, 'aborts', code, { requests });
    await using host = await createTestHost({ extension, http });
    const decided = host.decide(madeUpSignIn());
    setTimeout(answered.resolve, 200);
    t.like(await decided, { decision: { code: 'aborterror' } });
    t.deepEqual(
      sent,
      Array.from({ length: 6 }, () => 'GET'),
    );
  });
}

test('ctx.kv keeps values over invocations, from inside of an isolate', async (t) => {
  const code = `export default { async decide(signIn, ctx) {
    const before = await ctx.kv.get('visits');
    const first = await ctx.kv.compareAndSet('visits', before, (before ?? 0) + 1);
    const again = await ctx.kv.compareAndSet('visits', before, 'wrong');
    await ctx.kv.set('people/' + signIn.principal.username, { seen: [1, null] }, { ttl: 60 });
    await ctx.kv.set('gone', 1);
    await ctx.kv.delete('gone');
    const errors = [];
    for (const bad of [() => ctx.kv.set('x', 'y'.repeat(20_000)), () => ctx.kv.get('')]) {
      try { await bad(); errors.push('none'); } catch (error) { errors.push(error.code ?? error.name); }
    }
    const reason = JSON.stringify([before ?? null, first, again, await ctx.kv.list(), await ctx.kv.get('people/jane'), errors]);
    return { decision: 'deny', code: 'told', reason };
  } };`;
  await using host = await createTestHost({ extension: writeExtension(t, 'keeping', code) });
  const reasons = [];
  for (let i = 0; i < 2; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { decision, failure } = await host.decide(madeUpSignIn());
    if (failure) t.fail(failure.message);
    reasons.push(decision && 'reason' in decision ? JSON.parse(decision.reason ?? '') : null);
  }
  const rest = [['people/jane', 'visits'], { seen: [1, null] }];
  const errors = ['KV_VALUE_TOO_LARGE', 'ARGUMENT_INVALID'];
  t.deepEqual(reasons, [
    [null, true, false, ...rest, errors],
    [1, true, false, ...rest, errors],
  ]);
});

test('ctx.sign signs with a secret that is not in the isolate', async (t) => {
  const code = `export default { async decide(signIn, ctx) {
    const mac = await ctx.sign.hmac('key', 'hello', { encoding: 'hex' });
    const jwt = await ctx.sign.jwt('key', { sub: 'jane' }, { lifetime: 60, keyId: 'k1' });
    let refused;
    try { await ctx.sign.hmac('other', 'x'); } catch (error) { refused = error.code; }
    return { decision: 'deny', code: 'told', reason: JSON.stringify([mac, jwt.split('.').length, refused, ctx.secrets.key]) };
  } };`;
  const extension = writeExtension(t, 'signing', code, { requests: { secrets: ['key'] } });
  const value = 'signing-key-0123456789';
  await using host = await createTestHost({
    extension,
    secrets: { key: { value, in: ['sign'] } },
  });
  const { decision, failure } = await host.decide(madeUpSignIn());
  t.is(failure, null);
  const [mac, parts, refused, handle] = JSON.parse((decision as { reason: string }).reason);
  const { createHmac } = await import('node:crypto');
  t.is(mac, createHmac('sha256', value).update('hello').digest('hex'));
  t.is(parts, 3);
  t.is(refused, 'SECRET_NOT_GRANTED');
  t.regex(handle, /^entrada\.secret\./);
});
