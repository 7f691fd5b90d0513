import test from 'ava';
import {
  createTestHost,
  madeUpSignIn,
  type CannedAnswer,
  type TestHostOptions,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);

function options(me: CannedAnswer): TestHostOptions {
  return {
    extension,
    config: { attribute: 'department', allowed: ['Finance'] },
    http: { 'GET https://graph.microsoft.com/v1.0/me': me },
  };
}

test('somebody with a value that is listed is allowed', async (t) => {
  await using host = await createTestHost(options({ json: { department: 'Finance' } }));
  const { decision } = await host.decide(madeUpSignIn());
  t.deepEqual(decision, { decision: 'allow' });
});

for (const department of ['Sales', null, undefined]) {
  test(`somebody whose value is ${department} is denied`, async (t) => {
    await using host = await createTestHost(options({ json: { department } }));
    const { decision } = await host.decide(madeUpSignIn());
    t.like(decision, { decision: 'deny', code: 'attribute' });
  });
}

test('a Graph that fails is a failure, never an acceptance', async (t) => {
  await using host = await createTestHost(options({ status: 503, text: '' }));
  const { decision, failure } = await host.decide(madeUpSignIn());
  t.is(decision, null);
  t.like(failure, { kind: 'throw', frames: [{ file: 'index.ts' }] });
});
