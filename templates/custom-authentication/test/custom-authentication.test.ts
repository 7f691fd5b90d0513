import test from 'ava';
import { createTestHost, type CannedAnswer } from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const TYPED = { username: 'petra', password: 'correct horse battery' };

function hostFor(answer: CannedAnswer): ReturnType<typeof createTestHost> {
  return createTestHost({
    extension,
    secrets: { partner_key: 'the-key-of-the-partner' },
    http: { 'POST https://partner.example.com/v1/verify': answer },
  });
}

test('whom the partner vouches for is accepted', async (t) => {
  await using host = await hostFor({ json: { id: 'p-4711', name: 'Petra Partner' } });
  const { verdict } = await host.authenticate(TYPED);
  t.like(verdict, { verdict: 'accept', id: 'p-4711' });
});

test('a wrong password is rejected, and somebody unknown is left to the next method', async (t) => {
  await using wrong = await hostFor({ status: 401 });
  t.like((await wrong.authenticate(TYPED)).verdict, { verdict: 'reject', code: 'password' });
  await using unknown = await hostFor({ status: 404 });
  t.like((await unknown.authenticate(TYPED)).verdict, { verdict: 'next' });
});

test('a partner that fails accepts nobody', async (t) => {
  await using host = await hostFor({ status: 500 });
  const { verdict, failure } = await host.authenticate(TYPED);
  t.is(verdict, null);
  t.like(failure, { kind: 'throw', frames: [{ file: 'index.ts' }] });
});
