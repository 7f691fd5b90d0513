import test from 'ava';
import {
  createTestHost,
  madeUpSignIn,
  type CannedAnswer,
  type TestHostOptions,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const MANAGER = 'GET https://graph.microsoft.com/v1.0/me/manager';

function options(manager: CannedAnswer): TestHostOptions {
  return { extension, http: { [MANAGER]: manager } };
}

test('the manager’s name and mail become claims', async (t) => {
  await using host = await createTestHost(
    options({ json: { id: '1', displayName: 'Adele Vance', mail: 'adele@contoso.example' } }),
  );
  const { patch, logs } = await host.enrich(madeUpSignIn());
  t.deepEqual(patch, {
    claims: { manager_name: 'Adele Vance', manager_mail: 'adele@contoso.example' },
  });
  t.deepEqual(logs, [{ level: 'info', text: 'jane reports to Adele Vance' }]);
});

test('a manager without a mail address has none', async (t) => {
  await using host = await createTestHost(
    options({ json: { id: '1', displayName: 'Adele Vance', mail: null } }),
  );
  const { patch } = await host.enrich(madeUpSignIn());
  t.deepEqual(patch, { claims: { manager_name: 'Adele Vance', manager_mail: null } });
});

test('whoever has no manager gets no claims', async (t) => {
  await using host = await createTestHost(
    options({ status: 404, json: { error: { code: 'Request_ResourceNotFound' } } }),
  );
  t.deepEqual((await host.enrich(madeUpSignIn())).patch, {});
});

test('a claim that is not granted is refused, and with it the whole patch', async (t) => {
  const manager = { json: { id: '1', displayName: 'Adele Vance', mail: 'adele@contoso.example' } };
  await using host = await createTestHost({
    ...options(manager),
    grant: { enrich: { claims: ['manager_name'] } },
  });
  t.like(await host.enrich(madeUpSignIn()), {
    patch: null,
    failure: { code: 'PATCH_NOT_GRANTED' },
  });
});

test('an error of Graph is a failure', async (t) => {
  await using host = await createTestHost(options({ status: 500 }));
  t.like(await host.enrich(madeUpSignIn()), { patch: null, failure: { kind: 'throw' } });
});
