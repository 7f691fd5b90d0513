import test from 'ava';

import { isBatch } from '../../../src/extensions/broker/batch.ts';
import { bearer, bodyOf, GRAPH_TOKEN, startBroker, startServices } from '../../_support/broker.ts';
import { GRAPH } from '../../_support/extensions.ts';

const BATCH = `${GRAPH}/v1.0/$batch`;

async function world(t: Parameters<typeof startServices>[0], over: { shadow?: boolean } = {}) {
  const services = await startServices(t);
  const bed = await startBroker(t, services, {
    graph: [
      'POST /v1.0/$batch',
      'GET /v1.0/me',
      'GET /v1.0/users/*',
      'POST /v1.0/me/sendMail',
      'GET /v1.0/$batch',
    ],
    context: { ownOrigin: 'https://files.test', ...over },
  });
  const send = (body: string, headers: readonly (readonly [string, string])[] = []) =>
    bed.fetch(BATCH, {
      method: 'POST',
      headers: [...bearer(bed.token), ...headers],
      body: bodyOf(body),
    });
  return { ...bed, services, send };
}

const get = (id: string, url: string): object => ({ id, method: 'GET', url });

const ask = (...requests: readonly object[]): string => JSON.stringify({ requests });

test('a batch whose parts are all granted is sent', async (t) => {
  const { send, services } = await world(t);
  const answer = await send(ask(get('1', '/me?$select=id'), get('2', '/users/7')));
  t.is(answer.status, 200);
  t.is(services.got[0]?.headers.authorization, `Bearer ${GRAPH_TOKEN}`);
  t.deepEqual(JSON.parse(services.got[0]?.body ?? ''), {
    requests: [get('1', '/me?$select=id'), get('2', '/users/7')],
  });
});

const REFUSED: readonly (readonly [what: string, part: object])[] = [
  ['a path that is not granted', get('2', '/groups')],
  ['a method that is not granted', { id: '2', method: 'DELETE', url: '/users/7' }],
  ['a path below one that is granted', get('2', '/users/7/messages')],
  ['dots that lead elsewhere', get('2', '/users/../groups')],
  ['encoded dots that lead elsewhere', get('2', '/users/%2e%2e/groups')],
  ['dots that lead out of the version', get('2', '/../beta/users/7')],
  ['an encoded slash', get('2', '/users/7%2fmessages')],
  ['a backslash', get('2', '/users\\7')],
  ['an absolute URL', get('2', `${GRAPH}/v1.0/me`)],
  ['another host', get('2', '//evil.test/v1.0/me')],
  ['a path without its slash', get('2', 'me')],
  ['a batch in the batch', { id: '2', method: 'POST', url: '/$batch', body: {} }],
  ['an authorization of its own', { ...get('2', '/me'), headers: { Authorization: 'Bearer x' } }],
  ['another method by a header', { ...get('2', '/me'), headers: { 'X-HTTP-Method': 'DELETE' } }],
  [
    'the place of another file in a header',
    { ...get('2', '/me'), headers: { 'x-ms-copy-source': '/other' } },
  ],
  ['a line break in a header', { ...get('2', '/me'), headers: { a: 'b\r\nc: d' } }],
];

for (const [what, part] of REFUSED) {
  test(`a batch with one part that has ${what} is refused whole`, async (t) => {
    const { send, services, broker } = await world(t);
    t.is((await send(ask(get('1', '/me'), part))).code, 'BATCH_PART_REFUSED');
    t.deepEqual(services.got, []);
    t.is(broker.calls[0]?.code, 'BATCH_PART_REFUSED');
  });
}

const DEEP = '['.repeat(200_000) + ']'.repeat(200_000);

const UNREADABLE: readonly (readonly [what: string, body: string])[] = [
  ['no JSON', 'GET /v1.0/me'],
  ['multipart, as older OData has it', '--b\r\nContent-Type: application/http\r\n\r\nGET /v1.0/me'],
  ['no list of requests', '{}'],
  ['no requests', '{"requests":[]}'],
  ['a member more', JSON.stringify({ requests: [get('1', '/me')], more: 1 })],
  ['a part with a member more', ask({ ...get('1', '/me'), atomicityGroup: 'g' })],
  ['a part that nests too deep', ask({ ...get('1', '/me'), body: '*' }).replace('"*"', DEEP)],
  ['two parts of one id', ask(get('1', '/me'), get('1', '/users/7'))],
  ['a method in small letters', ask({ id: '1', method: 'get', url: '/me' })],
  ['more parts than Graph takes', ask(...Array.from({ length: 21 }, (_, i) => get(`${i}`, '/me')))],
];

for (const [what, body] of UNREADABLE) {
  test(`a batch with ${what} is refused`, async (t) => {
    const { send, services } = await world(t);
    t.is((await send(body)).code, 'BATCH_INVALID');
    t.deepEqual(services.got, []);
  });
}

test('a batch of as many parts as Graph takes is sent', async (t) => {
  const { send } = await world(t);
  const parts = Array.from({ length: 20 }, (_, i) => get(`${i}`, '/me'));
  t.is((await send(ask(...parts))).status, 200);
});

test('a batch without a body is refused', async (t) => {
  const { fetch, token } = await world(t);
  t.is((await fetch(BATCH, { headers: bearer(token) })).code, 'BATCH_INVALID');
});

test('what is sent is what was judged: a member that stands twice stands once', async (t) => {
  const { send, services } = await world(t);
  const body = '{"requests":[{"id":"1","method":"GET","url":"/groups","url":"/me"}]}';
  t.is((await send(body)).status, 200);
  t.is(services.got[0]?.body, '{"requests":[{"id":"1","method":"GET","url":"/me"}]}');
});

test('what is sent has URLs without dots and fragments', async (t) => {
  const { send, services } = await world(t);
  await send(ask(get('1', '/users/./7#/../groups')));
  t.deepEqual(JSON.parse(services.got[0]?.body ?? ''), { requests: [get('1', '/users/7')] });
});

test('what is sent says that it is JSON, whatever the extension says', async (t) => {
  const { send, services } = await world(t);
  await send(ask(get('1', '/me')), [
    ['content-type', 'multipart/mixed; boundary=b'],
    ['content-encoding', 'gzip'],
  ]);
  t.is(services.got[0]?.headers['content-type'], 'application/json');
  t.is(services.got[0]?.headers['content-encoding'], undefined);
});

test('a batch of nothing but reading changes nothing, and is sent in shadow', async (t) => {
  const { send, services, broker } = await world(t, { shadow: true });
  t.is((await send(ask(get('1', '/me')))).status, 200);
  t.true(broker.isRepeatable);
  t.is(services.got.length, 1);
});

test('a batch that changes something is not sent in shadow', async (t) => {
  const { send, services } = await world(t, { shadow: true });
  const mail = { id: '2', method: 'POST', url: '/me/sendMail', body: { message: {} } };
  t.is((await send(ask(get('1', '/me'), mail))).status, 202);
  t.deepEqual(services.got, []);
});

test('a batch that changes something may not happen twice', async (t) => {
  const { send, broker } = await world(t);
  await send(ask({ id: '2', method: 'POST', url: '/me/sendMail', body: { message: {} } }));
  t.false(broker.isRepeatable);
});

test('a part that is told to wait has the whole service left alone', async (t) => {
  const { send, services } = await world(t);
  const part = { id: '1', status: 429, headers: { 'Retry-After': '30' }, body: {} };
  services.on('graph', (_, response) => response.end(JSON.stringify({ responses: [part] })));
  t.is((await send(ask(get('1', '/me')))).status, 200);
  t.is((await send(ask(get('1', '/me')))).code, 'SERVICE_THROTTLED');
});

test('a part that wants more of the person is a challenge', async (t) => {
  const { send, services, broker } = await world(t);
  const claims = { access_token: { acrs: { essential: true, value: 'c1' } } };
  const encoded = Buffer.from(JSON.stringify(claims)).toString('base64');
  const part = {
    id: '1',
    status: 401,
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_claims", claims="${encoded}"` },
  };
  services.on('graph', (_, response) => response.end(JSON.stringify({ responses: [part] })));
  t.is((await send(ask(get('1', '/me')))).code, 'CHALLENGE');
  t.deepEqual(broker.challenges.get(GRAPH), claims);
});

const BATCHES: readonly (readonly [url: string, is: boolean])[] = [
  [`${GRAPH}/v1.0/$batch`, true],
  [`${GRAPH}/beta/$batch/`, true],
  [`${GRAPH}/v1.0/%24batch`, true],
  [`${GRAPH}/v1.0/$BATCH`, true],
  [`${GRAPH}/v1.0/$batch;x=y`, true],
  ['https://management.azure.com/batch?api-version=2020-06-01', true],
  ['https://me.blob.core.windows.net/?comp=batch', true],
  ['https://me.blob.core.windows.net/?COMP=Batch', true],
  [`${GRAPH}/v1.0/me`, false],
  [`${GRAPH}/v1.0/$batches`, false],
  ['https://hr.example.com/batch', false],
];

for (const [url, is] of BATCHES) {
  test(`${url} is ${is ? '' : 'not '}taken for a batch`, (t) => t.is(isBatch(new URL(url)), is));
}

test('a batch of Azure Storage, which cannot be opened, is refused', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('blobs.test');
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['POST /**'], privateAddresses: true }],
  });
  const body = bodyOf('--b\r\n\r\nDELETE /c/b HTTP/1.1');
  t.is((await fetch(`${origin}/?comp=batch`, { method: 'POST', body })).code, 'BATCH_INVALID');
  t.deepEqual(services.got, []);
});
