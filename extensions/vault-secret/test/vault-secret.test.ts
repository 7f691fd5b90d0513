import test from 'ava';
import {
  byOrigin,
  createTestHost,
  enriches,
  fails,
  madeUpSignIn,
  startApi,
  type CannedAnswer,
  type Listener,
  type Scenario,
  type TestGrant,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const VAULT = 'https://contoso-keys.vault.azure.net';
const PARTNER = 'https://partner.example.com';
const SECRET = `GET ${VAULT}/secrets/partner-key?api-version=7.4`;
const ACCOUNT = `GET ${PARTNER}/v1/accounts?email=jane%40example.com`;

const grant: TestGrant = {
  tokens: [
    {
      resource: 'https://vault.azure.net',
      origins: [VAULT],
      allow: ['GET /secrets/*?api-version=7.4'],
    },
  ],
};
const base: Scenario = {
  extension,
  grant,
  config: { vault: 'contoso-keys', secret: 'partner-key' },
};

const answering = (secret: CannedAnswer, account?: CannedAnswer): Scenario => ({
  ...base,
  http: { [SECRET]: secret, ...(account && { [ACCOUNT]: account }) },
});

const KEY = { json: { value: 'key-of-the-partner', id: `${VAULT}/secrets/partner-key/1` } };

test(
  'the partner’s account becomes a claim',
  enriches,
  answering(KEY, { json: { account: 'P-7' } }),
  {
    claims: { partner_account: 'P-7' },
  },
);
test(
  'whoever the partner does not know gets no claim',
  enriches,
  answering(KEY, { status: 404 }),
  {},
);
test('whoever may not read the secret gets no claim', enriches, answering({ status: 403 }), {});

for (const [what, scenario] of Object.entries({
  'a vault that fails': answering({ status: 500 }),
  'a partner that fails': answering(KEY, { status: 500 }),
})) {
  test(`${what} is a failure`, async (t) => {
    await using host = await createTestHost(scenario);
    t.like(await host.enrich(madeUpSignIn()), { patch: null, failure: { kind: 'throw' } });
    host.assertHttpUsed();
  });
}

test('another vault than the one that was granted is not reached', async (t) => {
  await using host = await createTestHost({ ...base, config: { vault: 'fabrikam', secret: 'x' } });
  const { patch, requests } = await host.enrich(madeUpSignIn());
  t.is(patch, null);
  t.like(requests, [{ status: null, code: 'TOKEN_DESTINATION_REFUSED' }]);
});

test('it decides nothing: as a decision it is a failure', fails, base, { code: 'HOOK_MISSING' });

test('over real connections the vault gets the token and the partner gets the key, each its own', async (t) => {
  const seen: string[] = [];
  const server =
    (answer: object): Listener =>
    ({ headers }, response) => {
      seen.push(headers.authorization ?? '');
      response.end(JSON.stringify(answer));
    };
  await using vault = await startApi(VAULT, server(KEY.json));
  await using partner = await startApi(PARTNER, server({ account: 'P-9' }));
  const http = byOrigin({ [VAULT]: vault.http }, partner.http);
  await using host = await createTestHost({ ...base, http });
  t.deepEqual((await host.enrich(madeUpSignIn())).patch, { claims: { partner_account: 'P-9' } });
  t.deepEqual(seen, [
    'Bearer made-up-token-of-https://vault.azure.net',
    'ApiKey key-of-the-partner',
  ]);
});
