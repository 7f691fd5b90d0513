import test from 'ava';
import {
  createTestHost,
  madeUpSignIn,
  startTenant,
  testTime,
  type CannedRoutes,
  type TestHostOptions,
} from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const USERS = 'https://graph.microsoft.com/v1.0/users';
const options = (http: CannedRoutes): TestHostOptions => ({ extension, http });

test('everybody of every page is copied, with the token of the application', async (t) => {
  await using contoso = await startTenant();
  contoso.emulator
    .tenant()
    .people.add({ upn: 'nobody@contoso.example', displayName: 'No Department' });
  const { backend } = contoso.person('adele@contoso.example');
  await using host = await createTestHost({ extension, ...backend });
  const { failure, logs } = await host.schedule();
  t.is(failure, null);
  const kept = await host.kv();
  const people = contoso.tenant.people.all;
  t.deepEqual(logs, [{ level: 'info', text: `copied ${people.length} people` }]);
  const departments = people.flatMap(({ oid, department }) =>
    department === null ? [] : [[`department/${oid}`, department]],
  );
  t.deepEqual(kept, Object.fromEntries(departments));
  const jane = contoso.person('jane@contoso.example').signIn();
  t.deepEqual((await host.enrich(jane)).patch, { claims: { department: 'Finance' } });
});

test('pages are followed to the end', async (t) => {
  const person = (id: number) => ({ id: `${id}`, department: 'Sales' });
  const next = `${USERS}?$skiptoken=2`;
  await using host = await createTestHost(
    options({
      [`GET ${USERS}?$select=id,department&$top=100`]: {
        json: { value: [person(1)], '@odata.nextLink': next },
      },
      [`GET ${next}`]: { json: { value: [person(2), person(3)] } },
    }),
  );
  t.is((await host.schedule()).failure, null);
  t.deepEqual(Object.keys(await host.kv()), ['department/1', 'department/2', 'department/3']);
  host.assertHttpUsed();
});

test('a next page elsewhere is not asked for: the token goes nowhere else', async (t) => {
  const json = { value: [], '@odata.nextLink': 'https://evil.example/v1.0/users' };
  await using host = await createTestHost(options({ [`GET ${USERS}`]: { json } }));
  const { failure, requests } = await host.schedule();
  t.is(failure?.kind, 'throw');
  t.like(requests[1], { status: null, code: 'TOKEN_DESTINATION_REFUSED' });
});

test('whoever is not seen for two nights is forgotten, and whoever lost a department at once', async (t) => {
  const time = testTime('2026-11-20T00:30:00Z');
  const pages = [
    {
      value: [
        { id: '1', department: 'Sales' },
        { id: '2', department: 'Legal' },
      ],
    },
    { value: [{ id: '2', department: null }] },
  ];
  const http = { [`GET ${USERS}`]: pages.map((json) => ({ json })) };
  await using host = await createTestHost({ ...options(http), time });
  await host.schedule();
  time.advance({ days: 1 });
  await host.schedule();
  t.deepEqual(await host.kv(), { 'department/1': 'Sales' });
  time.advance({ days: 1 });
  t.deepEqual(await host.kv(), {});
});

test('a Graph that fails is a failure, and what was copied stays', async (t) => {
  const kept = { 'department/1': 'Sales' };
  await using host = await createTestHost({
    ...options({ [`GET ${USERS}`]: { status: 500 } }),
    kv: kept,
  });
  t.like((await host.schedule()).failure, { kind: 'throw' });
  t.deepEqual(await host.kv(), kept);
});

test('whose department is not known gets no claim', async (t) => {
  await using host = await createTestHost(options({}));
  t.deepEqual((await host.enrich(madeUpSignIn())).patch, {});
});
