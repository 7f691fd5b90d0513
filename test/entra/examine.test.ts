import test from 'ava';

import { examine } from '../../src/entra/examine.ts';
import { DEFAULT_LIMITS } from '../../src/entra/limits.ts';
import { createDesk } from '../_support/entra-desk.ts';
import { APPLICATION, GRAPH } from '../_support/entra-tokens.ts';
import { METADATA_URL } from '../_support/scripted-tenant.ts';

test('a tenant that refuses is told of; nothing more is asked', async (t) => {
  const desk = createDesk();
  desk.tenant.on(METADATA_URL, { status: 400, json: { error: 'invalid_tenant' } });
  const { metadata, keys, credentials } = await desk.entra.examine();
  t.like(metadata, { code: 'ENTRA_TENANT_REFUSED' });
  t.deepEqual([keys, credentials], [null, null]);
});

test('what breaks while a tenant is examined is no answer of the tenant', async (t) => {
  const broken = new TypeError('broken');
  const { plan } = await createDesk().entra.examine();
  const http = (): never => t.fail('nothing is asked');
  const freshness = { loadedAt: null, failure: null };
  const examined = examine({
    clientId: APPLICATION,
    graph: GRAPH,
    plan,
    metadata: {
      loads: 0,
      freshness,
      get: () => Promise.reject(broken),
      refresh: () => Promise.reject(broken),
    },
    keys: { freshness, count: async () => 0, candidates: async () => [] },
    credentials: [],
    channel: { http, clock: () => 0, sleep: async () => undefined },
    limits: DEFAULT_LIMITS,
  });
  await t.throwsAsync(examined, { is: broken });
});
