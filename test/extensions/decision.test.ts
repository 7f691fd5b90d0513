import test from 'ava';
import fc from 'fast-check';

import type { Failure } from '../../sandbox/contract.ts';
import { combine, type ExtensionDecision, readDecision } from '../../src/extensions/decision.ts';
import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';

function read(value: unknown) {
  return readDecision(JSON.stringify(value) ?? 'null', DEFAULT_LIMITS);
}

const DECISIONS = [
  { decision: 'allow' },
  { decision: 'deny', code: 'department' },
  {
    decision: 'deny',
    code: 'department',
    message: 'For Finance only.',
    reason: 'department is Sales',
  },
  { decision: 'challenge', prompt: 'login' },
  { decision: 'challenge', scopes: ['https://graph.microsoft.com/Mail.Read'] },
  { decision: 'challenge', claims: { id_token: { acrs: { essential: true, value: 'c1' } } } },
];

for (const decision of DECISIONS) {
  test(`${JSON.stringify(decision)} is a decision`, (t) => {
    t.deepEqual(read(decision), { ok: true, value: decision });
  });
}

const NOT_DECISIONS: readonly unknown[] = [
  true,
  false,
  'allow',
  1,
  [],
  {},
  { decision: 'Allow' },
  { decision: 'allow', code: 'x' },
  { decision: 'allowed' },
  { allow: true },
  [{ decision: 'allow' }],
  { decision: 'deny' },
  { decision: 'deny', code: '' },
  { decision: 'deny', code: 'Has Spaces' },
  { decision: 'deny', code: 'x'.repeat(65) },
  { decision: 'deny', code: 'x', message: 'a\nb' },
  { decision: 'deny', code: 'x', message: 'left\u202eright' },
  { decision: 'deny', code: 'x', message: 'x'.repeat(501) },
  { decision: 'deny', code: 'x', message: { toString: 'x' } },
  { decision: 'challenge' },
  { decision: 'challenge', prompt: 'none' },
  { decision: 'challenge', prompt: 'login', scopes: ['a'] },
  { decision: 'challenge', scopes: [] },
  { decision: 'challenge', scopes: ['two words'] },
  { decision: 'challenge', scopes: Array.from({ length: 21 }, () => 'a') },
];

for (const value of NOT_DECISIONS) {
  test(`${JSON.stringify(value).slice(0, 60)} is no decision`, (t) => {
    t.like(read(value), { ok: false, code: 'RESULT_INVALID' });
  });
}

test('nothing is no decision, and has a code of its own', (t) => {
  t.like(read(undefined), { ok: false, code: 'DECISION_MISSING' });
  t.like(read(null), { ok: false, code: 'DECISION_MISSING' });
});

test('text that is not JSON is no decision', (t) => {
  t.like(readDecision('{"decision":"allow"', DEFAULT_LIMITS), {
    ok: false,
    code: 'RESULT_INVALID',
  });
});

test('a result that nests one level deeper than allowed is refused, however deep it is', (t) => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  t.like(readDecision(nested(DEFAULT_LIMITS.resultDepth + 1), DEFAULT_LIMITS), {
    code: 'RESULT_INVALID',
  });
  t.like(readDecision(nested(DEFAULT_LIMITS.resultDepth + 2), DEFAULT_LIMITS), {
    code: 'RESULT_TOO_COMPLEX',
  });
  t.like(readDecision(nested(30_000), DEFAULT_LIMITS), { code: 'RESULT_TOO_COMPLEX' });
});

test('a result with more values than allowed is refused', (t) => {
  const wide = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 0));
  t.like(readDecision(wide(DEFAULT_LIMITS.resultNodes - 1), DEFAULT_LIMITS), {
    code: 'RESULT_INVALID',
  });
  t.like(readDecision(wide(DEFAULT_LIMITS.resultNodes), DEFAULT_LIMITS), {
    code: 'RESULT_TOO_COMPLEX',
  });
});

test('no JSON value makes the reader throw, and only the three decisions are read', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const result = read(value);
      return !result.ok || ['allow', 'deny', 'challenge'].includes(result.value.decision);
    }),
  );
  t.pass();
});

const FAILURE: Failure = { kind: 'throw', code: 'THROWN', message: 'x', frames: [] };
const said = (extension: string, decision: ExtensionDecision['decision']): ExtensionDecision => ({
  extension,
  decision,
  failure: null,
});
const failed = (extension: string): ExtensionDecision => ({
  extension,
  decision: null,
  failure: FAILURE,
});

test('nobody asked, everybody is allowed', (t) => {
  t.deepEqual(combine([]), { decision: 'allow' });
});

test('all have to allow', (t) => {
  t.is(
    combine([said('a', { decision: 'allow' }), said('b', { decision: 'allow' })]).decision,
    'allow',
  );
});

test('a denial outweighs a challenge and allowances', (t) => {
  const combined = combine([
    said('a', { decision: 'allow' }),
    said('b', { decision: 'challenge', prompt: 'login' }),
    said('c', { decision: 'deny', code: 'no' }),
  ]);
  t.like(combined, { decision: 'deny', extension: 'c', code: 'no', message: null });
});

test('a failure outweighs a challenge and allowances', (t) => {
  const combined = combine([said('a', { decision: 'challenge', prompt: 'login' }), failed('b')]);
  t.like(combined, { decision: 'failed', extension: 'b' });
});

test('a challenge outweighs allowances', (t) => {
  const combined = combine([
    said('a', { decision: 'allow' }),
    said('b', { decision: 'challenge', prompt: 'login' }),
  ]);
  t.like(combined, { decision: 'challenge', extension: 'b' });
});

test('among refusals the first of the configuration counts', (t) => {
  t.like(combine([failed('a'), said('b', { decision: 'deny', code: 'no' })]), {
    decision: 'failed',
    extension: 'a',
  });
  t.like(
    combine([
      said('a', { decision: 'deny', code: 'first' }),
      said('b', { decision: 'deny', code: 'second' }),
    ]),
    { code: 'first' },
  );
});

test('a failure that the operator forgives is no refusal', (t) => {
  t.is(combine([{ extension: 'a', decision: null, failure: null }]).decision, 'allow');
});
