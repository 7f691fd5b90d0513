import test from 'ava';
import { createTestHost, madeUpSignIn, type CannedAnswer } from 'entrada/testing';

const extension = new URL('..', import.meta.url);

function hostFor(me: CannedAnswer): ReturnType<typeof createTestHost> {
  return createTestHost({ extension, http: { 'GET https://graph.microsoft.com/v1.0/me': me } });
}

test('title and office become claims', async (t) => {
  await using host = await hostFor({ json: { jobTitle: 'Accountant', officeLocation: '3.14' } });
  const { patch } = await host.enrich(madeUpSignIn());
  t.deepEqual(patch, { claims: { job_title: 'Accountant', office: '3.14' } });
});

test('what Graph does not know takes the claim away', async (t) => {
  await using host = await hostFor({ json: { jobTitle: null, officeLocation: null } });
  const { patch } = await host.enrich(madeUpSignIn());
  t.deepEqual(patch, { claims: { job_title: null, office: null } });
});

test('a Graph that fails is a failure', async (t) => {
  await using host = await hostFor({ status: 503, text: '' });
  const { patch, failure } = await host.enrich(madeUpSignIn());
  t.is(patch, null);
  t.like(failure, { kind: 'throw', frames: [{ file: 'index.ts' }] });
});
