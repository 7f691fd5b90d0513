import test from 'ava';
import {
  createTestHost,
  madeUpSignIn,
  type CannedAnswer,
  type TestHostOptions,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const ME = 'GET https://graph.microsoft.com/v1.0/me';

function options(me: CannedAnswer): TestHostOptions {
  return { extension, config: { departments: ['Finance', 'Legal'] }, http: { [ME]: me } };
}

test('somebody of a department that is named is allowed', async (t) => {
  await using host = await createTestHost(options({ json: { department: 'Legal' } }));
  const { decision, requests } = await host.decide(madeUpSignIn());
  t.deepEqual(decision, { decision: 'allow' });
  t.like(requests, [{ method: 'GET', status: 200, rule: 'GET /v1.0/me' }]);
});

test('somebody of another department is denied, and told for whom the service is', async (t) => {
  await using host = await createTestHost(options({ json: { department: 'Sales' } }));
  const { decision } = await host.decide(madeUpSignIn({ username: 'sam' }));
  t.deepEqual(decision, {
    decision: 'deny',
    code: 'department',
    message: 'This service is for Finance and Legal.',
    reason: 'sam is in Sales',
  });
});

test('somebody without a department is denied', async (t) => {
  await using host = await createTestHost(options({ json: { department: null } }));
  const { decision } = await host.decide(madeUpSignIn());
  t.like(decision, { decision: 'deny', code: 'department' });
});

for (const status of [401, 403, 429, 500, 503]) {
  test(`a ${status} of Graph is a failure, never an acceptance`, async (t) => {
    await using host = await createTestHost(options({ status, json: { error: {} } }));
    const { decision, failure } = await host.decide(madeUpSignIn());
    t.is(decision, null);
    t.like(failure, { kind: 'throw', frames: [{ file: 'index.ts' }] });
  });
}

test('a Graph that cannot be reached is a failure of what it depends on', async (t) => {
  await using host = await createTestHost({ ...options({}), http: {} });
  const { decision, failure } = await host.decide(madeUpSignIn());
  t.is(decision, null);
  t.like(failure, { kind: 'dependency' });
});

test('an answer that is not JSON is a failure', async (t) => {
  await using host = await createTestHost(options({ text: '<html>' }));
  t.like(await host.decide(madeUpSignIn()), { decision: null, failure: { kind: 'throw' } });
});

test('a config without departments is refused', async (t) => {
  await t.throwsAsync(createTestHost({ extension, config: {} }), {
    code: 'EXTENSION_MANIFEST_INVALID',
  });
});
