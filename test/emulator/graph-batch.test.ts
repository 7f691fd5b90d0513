import test from 'ava';
import { at, type Bed, JANE, type Json, startBed } from '../_support/emulator-bed.ts';

const SCOPE = 'openid profile User.Read User.Read.All';

const batch = (bed: Bed, token: string, requests: unknown): Promise<Json> =>
  bed.graph('/v1.0/$batch', token, { method: 'POST', body: JSON.stringify({ requests }) });

test('each step is answered as if it had come alone', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const { status, body } = await batch(bed, token, [
    { id: '1', method: 'GET', url: '/me?$select=department' },
    { id: '2', method: 'GET', url: '/users/nobody@contoso.example' },
    { id: '3', method: 'GET', url: 'me/photo/$value' },
    { id: '4', method: 'POST', url: '/me/getMemberGroups', body: { securityEnabledOnly: true } },
  ]);
  t.is(status, 200);
  t.is(at(body, 'responses', 0, 'body', 'department'), 'Finance');
  t.is(at(body, 'responses', 1, 'status'), 404);
  t.is(at(body, 'responses', 1, 'body', 'error', 'code'), 'Request_ResourceNotFound');
  t.is(at(body, 'responses', 2, 'headers', 'Content-Type'), 'image/jpeg');
  t.is(typeof at(body, 'responses', 2, 'body'), 'string');
  t.is(at(body, 'responses', 3, 'body', 'value', 'length'), 2);
});

test('a body that is no JSON comes as base64', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken('openid profile Files.ReadWrite');
  const { body } = await batch(bed, token, [
    {
      id: '1',
      method: 'PUT',
      url: '/me/drive/root:/a.txt:/content',
      headers: { 'Content-Type': 'text/plain' },
      body: Buffer.from('hello').toString('base64'),
    },
  ]);
  t.is(at(body, 'responses', 0, 'status'), 201);
  t.is(at(body, 'responses', 0, 'body', 'size'), 5);
});

test('a step whose dependency failed is 424', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const { body } = await batch(bed, token, [
    { id: 'a', method: 'GET', url: '/users/nobody' },
    { id: 'b', method: 'GET', url: '/me', dependsOn: ['a'] },
    { id: 'c', method: 'GET', url: '/me', dependsOn: ['b'] },
    { id: 'd', method: 'GET', url: `/users/${JANE}` },
  ]);
  const statuses = [0, 1, 2, 3].map((index) => at(body, 'responses', index, 'status'));
  t.deepEqual(statuses, [404, 424, 424, 200]);
});

test('a batch that is malformed is refused whole', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  const step = { method: 'GET', url: '/me' };
  const malformed = [
    undefined,
    Array.from({ length: 21 }, (_, index) => ({ ...step, id: String(index) })),
    [
      { ...step, id: '1' },
      { ...step, id: '1' },
    ],
    [step],
    [{ ...step, id: '1', dependsOn: ['2'] }],
  ];
  for (const requests of malformed) {
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    t.is((await batch(bed, token, requests)).status, 400);
  }
});

test('a batch needs a token, cannot hold a batch, and says what is not there', async (t) => {
  await using bed = await startBed();
  const token = await bed.accessToken(SCOPE);
  t.is((await batch(bed, 'garbage', [])).status, 401);
  const { body } = await batch(bed, token, [
    { id: '1', method: 'POST', url: '/$batch', body: { requests: [] } },
    { id: '2', method: 'GET', url: '/nothing' },
  ]);
  t.deepEqual([at(body, 'responses', 0, 'status'), at(body, 'responses', 1, 'status')], [400, 400]);
});
