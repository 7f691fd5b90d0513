import test from 'ava';

import type { Failure, FailureKind } from '../../sandbox/contract.ts';
import type { ExtensionConfig } from '../../src/config/config.ts';
import type { Invoked } from '../../src/extensions/invoke.ts';
import { gather, judge } from '../../src/extensions/judge.ts';
import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';
import { grantOf, manifestOf } from '../_support/extensions.ts';
import { effectiveGrant } from '../../src/extensions/grant.ts';

const KINDS: readonly FailureKind[] = [
  'throw',
  'timeout',
  'cpu',
  'memory',
  'limit',
  'invalid_result',
  'unavailable',
  'dependency',
];

const DENY = Object.fromEntries(
  KINDS.map((kind) => [kind, 'deny']),
) as ExtensionConfig['onFailure'];
const failure = (kind: FailureKind): Failure => ({ kind, code: 'X', message: 'why', frames: [] });

interface Said extends Partial<Pick<Invoked, 'failure' | 'challenge' | 'shared' | 'enqueued'>> {
  readonly result?: object | string | null;
  readonly mode?: ExtensionConfig['mode'];
  readonly onFailure?: Partial<ExtensionConfig['onFailure']>;
}

/** What an extension left behind that was granted groups `Ledgers` and claims `a` and `b`. */
function invoked(name: string, said: Said): Invoked {
  const { result = null, mode = 'enforce', onFailure = {}, ...rest } = said;
  const enrich = { groups: ['Ledgers'], claims: ['a', 'b'], roles: [], headers: [] };
  const none = { username: false, home: false, session: false };
  const manifest = manifestOf({ enrich: { ...enrich, ...none } });
  const grant = effectiveGrant(manifest, grantOf({ enrich: { ...enrich, ...none } }));
  const config = { mode, onFailure: { ...DENY, ...onFailure } };
  return {
    extension: { name, integrity: 'sha256-x', limits: DEFAULT_LIMITS, config, grant, manifest },
    result: typeof result === 'object' && result !== null ? JSON.stringify(result) : result,
    failure: null,
    hostCalls: [],
    unavailable: [],
    challenge: null,
    shared: {},
    enqueued: [],
    usage: { wallMs: 1, cpuMs: 1, heapBytes: 0 },
    durationMs: 1,
    ...rest,
  } as unknown as Invoked;
}

const ALLOW = { result: { decision: 'allow' } };
const DENIES = { result: { decision: 'deny', code: 'no', message: 'Not you.' } };
const CHALLENGE = { result: { decision: 'challenge', prompt: 'login' } };

test('nobody asked lets everybody in', (t) => {
  t.deepEqual(judge([]).combined, { decision: 'allow' });
});

test('a refusal outweighs a challenge, and a challenge outweighs allow', (t) => {
  const all = [invoked('a', ALLOW), invoked('b', CHALLENGE), invoked('c', DENIES)];
  t.like(judge(all).combined, {
    decision: 'deny',
    extension: 'c',
    code: 'no',
    message: 'Not you.',
  });
  t.like(judge(all.slice(0, 2)).combined, { decision: 'challenge', extension: 'b' });
});

test('of two refusals the first of the configuration counts', (t) => {
  const failed = invoked('b', { failure: failure('throw') });
  t.like(judge([invoked('a', DENIES), failed]).combined, { decision: 'deny', extension: 'a' });
  t.like(judge([failed, invoked('a', DENIES)]).combined, { decision: 'failed', extension: 'b' });
});

for (const kind of KINDS) {
  test(`a failure of kind ${kind} refuses, where the operator did not forgive it`, (t) => {
    const one = invoked('a', { failure: failure(kind) });
    t.like(judge([one]).combined, { decision: 'failed', extension: 'a', failure: { kind } });
    t.like(gather([one]).failed, { extension: 'a', failure: { kind } });
  });

  test(`a failure of kind ${kind} that is forgiven refuses nobody, and is in the record`, (t) => {
    const one = invoked('a', { failure: failure(kind), onFailure: { [kind]: 'allow' } });
    t.deepEqual(judge([one]).combined, { decision: 'allow' });
    t.is(gather([one]).failed, null);
    t.like(judge([one]).records[0], { failure: { kind }, decision: null });
  });

  test(`forgiving every other kind does not forgive ${kind}`, (t) => {
    const others = Object.fromEntries(KINDS.map((one) => [one, one === kind ? 'deny' : 'allow']));
    const one = invoked('a', { failure: failure(kind), onFailure: others });
    t.is(judge([one]).combined.decision, 'failed');
  });
}

for (const result of [
  'true',
  '{}',
  'null',
  '[]',
  '{"decision":"Allow"}',
  '{"decision":"allow","x":1}',
  '"allow"',
  '1',
]) {
  test(`decide that returns ${result} has failed`, (t) => {
    const { combined } = judge([invoked('a', { result })]);
    t.like(combined, { decision: 'failed', failure: { kind: 'invalid_result' } });
  });
}

test('a shadow decides nothing, and its record says what would have been', (t) => {
  const { combined, records } = judge([
    invoked('a', ALLOW),
    invoked('s', { ...DENIES, mode: 'shadow' }),
    invoked('f', { failure: failure('timeout'), mode: 'shadow' }),
    invoked('c', { ...CHALLENGE, mode: 'shadow' }),
    invoked('same', { ...ALLOW, mode: 'shadow' }),
  ]);
  t.deepEqual(combined, { decision: 'allow' });
  t.deepEqual(
    records.map(({ instead }) => instead),
    [null, 'deny', 'failed', 'challenge', null],
  );
});

test('a shadow that agrees with a refusal of others changes nothing', (t) => {
  const { records } = judge([invoked('a', DENIES), invoked('s', { ...DENIES, mode: 'shadow' })]);
  t.is(records[1]?.instead, null);
});

test('a shadow whose failure would be forgiven changes nothing', (t) => {
  const forgiven = { failure: failure('throw'), onFailure: { throw: 'allow' } } as const;
  t.is(judge([invoked('s', { ...forgiven, mode: 'shadow' })]).records[0]?.instead, null);
});

test('what extensions shared is put together', (t) => {
  const all = [
    invoked('a', { ...ALLOW, shared: { 'a.x': 1 } }),
    invoked('b', { ...ALLOW, shared: { 'b.x': 2 } }),
  ];
  t.deepEqual(judge(all).shared, { 'a.x': 1, 'b.x': 2 });
});

test('a hook whose result is none, or is not granted, leaves nothing', (t) => {
  const left = { shared: { 'a.x': 1 }, enqueued: [{ event: 'work.tidy', payload: null }] } as const;
  const nothing = { shared: {}, enqueued: [] };
  t.like(judge([invoked('a', { result: 'null', ...left })]), nothing);
  t.like(gather([invoked('a', { result: { groups: { add: ['Other'] } }, ...left })]), nothing);
  t.like(gather([invoked('a', { result: 'null', ...left })]), {
    shared: left.shared,
    enqueued: [{ extension: 'a' }],
  });
});

test('patches come out in the order of the configuration', (t) => {
  const { patches, failed } = gather([
    invoked('a', { result: { claims: { a: 1 } } }),
    invoked('nothing', { result: 'null' }),
    invoked('b', { result: { claims: { b: 2 }, groups: { add: ['Ledgers'] } } }),
  ]);
  t.is(failed, null);
  t.deepEqual(
    patches.map(({ extension, patch }) => [extension, patch]),
    [
      ['a', { claims: { a: 1 } }],
      ['nothing', {}],
      ['b', { claims: { b: 2 }, groups: { add: ['Ledgers'] } }],
    ],
  );
});

test('a patch of which a part is not granted is not applied at all', (t) => {
  const { patches, failed } = gather([invoked('a', { result: { claims: { a: 1, c: 2 } } })]);
  t.deepEqual(patches, []);
  t.like(failed, { failure: { kind: 'invalid_result', code: 'PATCH_NOT_GRANTED' } });
});

test('of two patches that write one thing the second is refused and names the first', (t) => {
  const { patches, failed } = gather([
    invoked('a', { result: { claims: { a: 1 } } }),
    invoked('b', { result: { claims: { a: 2 } } }),
  ]);
  t.is(patches.length, 1);
  t.like(failed, { extension: 'b', failure: { code: 'PATCH_CONFLICT' } });
  t.regex(failed?.failure.message ?? '', /^a writes it too: /);
});

test('a patch in shadow mode is recorded and not applied, and nobody conflicts with it', (t) => {
  const { patches, records } = gather([
    invoked('s', { result: { claims: { a: 1 } }, mode: 'shadow' }),
    invoked('b', { result: { claims: { a: 2 } } }),
  ]);
  t.deepEqual(
    patches.map(({ extension }) => extension),
    ['b'],
  );
  t.like(records[0], { mode: 'shadow', patch: { claims: { a: 1 } }, instead: null });
});

test('an enrichment in shadow mode that fails refuses nobody, and its record says that it would have', (t) => {
  const { failed, records } = gather([invoked('s', { failure: failure('throw'), mode: 'shadow' })]);
  t.is(failed, null);
  t.is(records[0]?.instead, 'failed');
});

test('a challenge of an API that a hook passed on is a challenge, in decide and in enrich', (t) => {
  const challenge = { decision: 'challenge', claims: { access_token: {} } } as const;
  const one = invoked('a', { failure: failure('dependency'), challenge });
  t.like(judge([one]).combined, { decision: 'challenge', challenge });
  t.deepEqual(gather([one]).challenge, challenge);
  t.is(gather([one]).failed, null);
});
