import test from 'ava';

import { Throttle } from '../../../src/extensions/broker/throttle.ts';
import { bearer, startBroker, startServices } from '../../_support/broker.ts';
import { GRAPH } from '../../_support/extensions.ts';
import { testClock } from '../../_support/open-store.ts';

const RATE = { perSecond: 10, burst: 3 };

test('so many requests go out at once, and each one after them waits its turn', (t) => {
  const throttle = new Throttle(testClock(), RATE);
  const waits = Array.from({ length: 5 }, () => throttle.reserve('gate', GRAPH));
  t.deepEqual(waits, [0, 0, 0, 100, 200]);
});

test('what was used comes back with time, and never more than the burst', (t) => {
  const clock = testClock();
  const throttle = new Throttle(clock, RATE);
  for (let i = 0; i < 3; i++) throttle.reserve('gate', GRAPH);
  clock.now += 99;
  t.true(throttle.reserve('gate', GRAPH) > 0);
  throttle.release('gate', GRAPH);
  clock.now += 1;
  t.is(throttle.reserve('gate', GRAPH), 0);
  clock.now += 3_600_000;
  const waits = Array.from({ length: 4 }, () => throttle.reserve('gate', GRAPH));
  t.deepEqual(waits, [0, 0, 0, 100]);
});

test('a clock that goes back gives nothing and takes nothing', (t) => {
  const clock = testClock();
  const throttle = new Throttle(clock, RATE);
  throttle.reserve('gate', GRAPH);
  clock.now -= 60_000;
  t.is(throttle.reserve('gate', GRAPH), 0);
  t.is(throttle.reserve('gate', GRAPH), 0);
  t.is(throttle.reserve('gate', GRAPH), 100);
});

test('extensions have a budget each, and one for each origin', (t) => {
  const throttle = new Throttle(testClock(), RATE);
  for (let i = 0; i < 50; i++) throttle.reserve('greedy', GRAPH);
  t.is(throttle.reserve('modest', GRAPH), 0);
  t.is(throttle.reserve('greedy', 'https://hr.example.com'), 0);
});

const RETRY_AFTER: readonly (readonly [status: number, header: string | undefined, ms: number])[] =
  [
    [429, '5', 5_000],
    [503, '1', 1_000],
    [429, 'Mon, 05 Jan 2026 09:00:07 GMT', 7_000],
    [429, 'Mon, 05 Jan 2026 08:00:00 GMT', 0],
    [429, '86400', 60_000],
    [429, undefined, 0],
    [429, 'soon', 0],
    [429, '-5', 0],
    [429, '1e9', 0],
    [429, '12345678901234567890', 0],
    [200, '5', 0],
    [500, '5', 0],
  ];

for (const [status, header, ms] of RETRY_AFTER) {
  test(`after ${status} with Retry-After ${header}, an origin is left alone for ${ms} ms`, (t) => {
    const throttle = new Throttle(testClock(), RATE);
    throttle.answered(GRAPH, status, header);
    t.is(throttle.pauseOf(GRAPH), ms);
    t.is(throttle.pauseOf('https://hr.example.com'), 0, 'others are not');
  });
}

test('a pause ends with its time', (t) => {
  const clock = testClock();
  const throttle = new Throttle(clock, RATE);
  throttle.answered(GRAPH, 429, '5');
  clock.now += 4_999;
  t.is(throttle.pauseOf(GRAPH), 1);
  clock.now += 1;
  t.is(throttle.pauseOf(GRAPH), 0);
});

test('of several answers that say later the latest counts, whichever comes last', (t) => {
  const clock = testClock();
  const throttle = new Throttle(clock, RATE);
  throttle.answered(GRAPH, 429, '30');
  throttle.answered(GRAPH, 429, '1');
  t.is(throttle.pauseOf(GRAPH), 30_000);
  clock.now += 29_000;
  throttle.answered(GRAPH, 503, '5');
  t.is(throttle.pauseOf(GRAPH), 5_000);
});

test('a service that says later is not asked again before, by no extension', async (t) => {
  const services = await startServices(t);
  const clock = testClock();
  const throttle = new Throttle(clock, RATE);
  const given = { graph: ['GET /v1.0/me'], context: { throttle, clock } };
  const one = await startBroker(t, services, given);
  const other = await startBroker(t, services, {
    ...given,
    context: { ...given.context, extension: 'other' },
  });
  services.on('graph', (_, response) => response.writeHead(429, { 'retry-after': '7' }).end());
  t.is((await one.fetch(`${GRAPH}/v1.0/me`, { headers: bearer(one.token) })).status, 429);
  const told = await other.fetch(`${GRAPH}/v1.0/me`, { headers: bearer(other.token) });
  t.like(told, {
    code: 'SERVICE_THROTTLED',
    message: `${GRAPH} wants to be left alone for 7 s`,
  });
  t.is(services.got.length, 1);
  clock.now += 7_000;
  t.is((await other.fetch(`${GRAPH}/v1.0/me`, { headers: bearer(other.token) })).status, 429);
});

test('who would wait longer than a request may take is refused, and loses no place by it', async (t) => {
  const services = await startServices(t);
  const throttle = new Throttle(testClock(), { perSecond: 0.01, burst: 2 });
  const origin = services.origin('api.test');
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
    context: { throttle },
  });
  t.is((await fetch(`${origin}/`)).status, 200);
  t.is((await fetch(`${origin}/`)).status, 200);
  t.is((await fetch(`${origin}/`)).code, 'RATE_LIMITED');
  t.is(throttle.reserve('tested', origin), 100_000, 'the refused one took no place');
});

test('a pause that comes while requests wait their turn is kept by them, too', async (t) => {
  const services = await startServices(t);
  const throttle = new Throttle(testClock(), { perSecond: 20, burst: 1 });
  const origin = services.origin('api.test');
  services.on('api.test', (_, response) => response.writeHead(503, { 'retry-after': '9' }).end());
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
    limits: { requestMs: 20_000 },
    context: { throttle },
  });
  throttle.reserve('tested', origin);
  const waiting = fetch(`${origin}/`);
  throttle.answered(origin, 503, '9');
  t.is((await waiting).code, 'SERVICE_THROTTLED');
  t.deepEqual(services.got, []);
});

test('a pause of a destination by name does not tell its host', async (t) => {
  const services = await startServices(t);
  const { Secret } = await import('../../../src/config/secret.ts');
  const url = new Secret(`${services.origin('hook.test')}/secret-0123456789`);
  const { fetch } = await startBroker(t, services, {
    fetch: [{ name: 'hook', url, allow: ['POST'], privateAddresses: true }],
  });
  services.on('hook.test', (_, response) => response.writeHead(429, { 'retry-after': '7' }).end());
  await fetch('entrada:hook', { method: 'POST' });
  t.like(await fetch('entrada:hook', { method: 'POST' }), {
    code: 'SERVICE_THROTTLED',
    message: 'entrada:hook wants to be left alone for 7 s',
  });
});
