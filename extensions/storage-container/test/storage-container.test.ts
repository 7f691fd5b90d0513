import test from 'ava';
import {
  createTestHost,
  madeUpSignIn,
  type CannedRoutes,
  type TestHostOptions,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const OID = '3d0ea5c4-0000-4000-8000-000000000001';
const CONTAINER = `PUT https://contoso.blob.core.windows.net/home-${OID}`;

function options(http: CannedRoutes): TestHostOptions {
  const origins = ['https://contoso.blob.core.windows.net'];
  return {
    extension,
    config: { account: 'contoso' },
    grant: { tokens: [{ resource: 'https://storage.azure.com', origins, allow: ['PUT /*'] }] },
    http,
  };
}

test('a container is made under the person’s object id, with version, date and token', async (t) => {
  let headers: { readonly [name: string]: string } | undefined;
  const http: CannedRoutes = {
    [CONTAINER]: (request) => {
      headers = request.headers;
      return { status: 201 };
    },
  };
  await using host = await createTestHost(options(http));
  const { decision, logs } = await host.decide(madeUpSignIn());
  t.deepEqual(decision, { decision: 'allow' });
  t.is(logs.length, 1);
  t.like(headers, {
    'x-ms-version': '2024-11-04',
    authorization: 'Bearer made-up-token-of-https://storage.azure.com',
  });
  t.regex(headers?.['x-ms-date'] ?? '', / GMT$/);
});

test('a container that is there already is as good', async (t) => {
  await using host = await createTestHost(options({ [CONTAINER]: { status: 409 } }));
  t.deepEqual((await host.decide(madeUpSignIn())).decision, { decision: 'allow' });
});

test('whoever may not have a container is denied', async (t) => {
  await using host = await createTestHost(options({ [CONTAINER]: { status: 403 } }));
  t.like((await host.decide(madeUpSignIn())).decision, { decision: 'deny', code: 'storage' });
});

test('an error of Azure Storage is a failure', async (t) => {
  await using host = await createTestHost(options({ [CONTAINER]: { status: 503 } }));
  t.like(await host.decide(madeUpSignIn()), { decision: null, failure: { kind: 'throw' } });
});

test('another account than the one that was granted is not reached', async (t) => {
  await using host = await createTestHost({ ...options({}), config: { account: 'fabrikam' } });
  const { decision, requests } = await host.decide(madeUpSignIn());
  t.is(decision, null);
  t.like(requests, [{ status: null, code: 'TOKEN_DESTINATION_REFUSED' }]);
});
