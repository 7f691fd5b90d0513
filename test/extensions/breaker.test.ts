import test from 'ava';

import type { Failure, FailureKind } from '../../sandbox/contract.ts';
import { Breaker, OPEN_MS } from '../../src/extensions/breaker.ts';

const failure = (kind: FailureKind): Failure => ({
  kind,
  code: 'X',
  message: 'it took too long',
  frames: [],
});

function setUp(): { breaker: Breaker; time: { now: number }; changes: string[] } {
  const time = { now: 1_000_000 };
  const changes: string[] = [];
  const breaker = new Breaker(
    () => time.now,
    (hook, state) => void changes.push(`${hook} ${state}`),
  );
  return { breaker, time, changes };
}

function fail(breaker: Breaker, kind: FailureKind, people: readonly string[]): void {
  for (const person of people) breaker.note('gate.decide', person, failure(kind));
}

const FIVE = ['jane', 'adam', 'eve', 'jane', 'adam'];

for (const kind of ['timeout', 'cpu', 'dependency'] as const) {
  test(`after five failures of kind ${kind} nobody waits for the next one, which is of the same kind`, (t) => {
    const { breaker, changes } = setUp();
    fail(breaker, kind, FIVE.slice(0, 4));
    t.is(breaker.failFast('gate.decide'), null);
    fail(breaker, kind, FIVE.slice(4));
    t.like(breaker.failFast('gate.decide'), { kind, code: 'FAILED_FAST' });
    t.deepEqual(changes, ['gate.decide open']);
  });
}

for (const kind of ['throw', 'invalid_result', 'limit', 'memory', 'unavailable'] as const) {
  test(`failures of kind ${kind} come at once and are never given faster`, (t) => {
    const { breaker } = setUp();
    fail(breaker, kind, [...FIVE, ...FIVE]);
    t.is(breaker.failFast('gate.decide'), null);
  });
}

test('one person, or two, cannot lock out all others', (t) => {
  const { breaker } = setUp();
  fail(
    breaker,
    'timeout',
    Array.from({ length: 100 }, (_, index) => ['jane', 'adam'][index % 2]!),
  );
  t.is(breaker.failFast('gate.decide'), null);
});

test('a success between failures keeps it closed', (t) => {
  const { breaker } = setUp();
  fail(breaker, 'timeout', FIVE.slice(0, 4));
  breaker.note('gate.decide', 'eve', null);
  fail(breaker, 'timeout', FIVE.slice(0, 4));
  t.is(breaker.failFast('gate.decide'), null);
});

test('another hook and another extension run on', (t) => {
  const { breaker } = setUp();
  fail(breaker, 'timeout', FIVE);
  t.is(breaker.failFast('gate.enrich'), null);
  t.is(breaker.failFast('other.decide'), null);
});

test('after the pause one invocation tries, and the others go on failing at once', (t) => {
  const { breaker, time } = setUp();
  fail(breaker, 'timeout', FIVE);
  time.now += OPEN_MS - 1;
  t.not(breaker.failFast('gate.decide'), null);
  time.now += 1;
  t.is(breaker.failFast('gate.decide'), null, 'the one that tries');
  t.not(breaker.failFast('gate.decide'), null);
});

test('when the one that tries succeeds all run again, and that is told', (t) => {
  const { breaker, time, changes } = setUp();
  fail(breaker, 'timeout', FIVE);
  time.now += OPEN_MS;
  t.is(breaker.failFast('gate.decide'), null);
  breaker.note('gate.decide', 'eve', null);
  t.is(breaker.failFast('gate.decide'), null);
  t.deepEqual(changes, ['gate.decide open', 'gate.decide closed']);
});

test('when the one that tries fails too, the failure is that of the last one', (t) => {
  const { breaker, time, changes } = setUp();
  fail(breaker, 'timeout', FIVE);
  time.now += OPEN_MS;
  t.is(breaker.failFast('gate.decide'), null);
  fail(breaker, 'dependency', ['eve']);
  t.like(breaker.failFast('gate.decide'), { kind: 'dependency' });
  t.deepEqual(changes, ['gate.decide open']);
});
