import test from 'ava';

/** Imported by its address: its types bring the globals of an isolate, which are not those of a test. */
const sdk: { readonly [name: string]: (...given: readonly unknown[]) => unknown } = await import(
  new URL('../../sandbox/sdk.ts', import.meta.url).href
);

test('accept, reject and next make plain objects and nothing else', (t) => {
  const { accept, reject, next } = sdk;
  t.deepEqual(accept?.({ id: '1', name: 'Ada' }), { verdict: 'accept', id: '1', name: 'Ada' });
  t.deepEqual(reject?.('locked'), { verdict: 'reject', code: 'locked' });
  t.deepEqual(reject?.('locked', { reason: 'the account is locked' }), {
    verdict: 'reject',
    code: 'locked',
    reason: 'the account is locked',
  });
  t.deepEqual(next?.(), { verdict: 'next' });
});

test('allow, deny and challenge make plain objects and nothing else', (t) => {
  const { allow, deny, challenge } = sdk;
  t.deepEqual(allow?.(), { decision: 'allow' });
  t.deepEqual(deny?.('department'), { decision: 'deny', code: 'department' });
  t.deepEqual(deny?.('hours', { message: 'Come back at nine.', reason: 'night' }), {
    decision: 'deny',
    code: 'hours',
    message: 'Come back at nine.',
    reason: 'night',
  });
  t.deepEqual(challenge?.({ prompt: 'login' }), { decision: 'challenge', prompt: 'login' });
});
