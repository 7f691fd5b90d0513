import test from 'ava';
import { createTestHost, person, type CannedAnswer } from 'entrada/testing';

const extension = new URL('..', import.meta.url);

function hostFor(answer: CannedAnswer): ReturnType<typeof createTestHost> {
  return createTestHost({
    extension,
    http: { 'GET https://hr.example.com/v2/suspended': answer },
  });
}

test('who is on the list of the night is denied, everybody else is allowed', async (t) => {
  await using host = await hostFor({ json: { usernames: ['sam'] } });
  t.is((await host.schedule()).failure, null);
  const { decision } = await host.decide(person('sam').signIn());
  t.like(decision, { decision: 'deny', code: 'suspended' });
  t.like((await host.decide(person('jane').signIn())).decision, { decision: 'allow' });
});

test('before the first night nobody gets in', async (t) => {
  await using host = await hostFor({});
  const { decision, failure } = await host.decide(person('jane').signIn());
  t.is(decision, null);
  t.like(failure, { kind: 'throw' });
});

test('a night without HR is a failure', async (t) => {
  await using host = await hostFor({ status: 503 });
  t.like((await host.schedule()).failure, { kind: 'throw', frames: [{ file: 'index.ts' }] });
});
