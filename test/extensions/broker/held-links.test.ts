import test from 'ava';

import { HeldLinks } from '../../../src/extensions/broker/held-links.ts';
import { bearer, bodyOf, startBroker, startServices } from '../../_support/broker.ts';
import { GRAPH } from '../../_support/extensions.ts';

const SECRET_PATH = '/up/tempauth-0123456789abcdef';

/** Graph, and a host that nobody granted, to which Graph's links lead. */
async function world(t: Parameters<typeof startServices>[0]) {
  const services = await startServices(t);
  const own = services.origin('api.test');
  const bed = await startBroker(t, services, {
    graph: ['GET /v1.0/**', 'POST /v1.0/**'],
    fetch: [{ origin: own, allow: ['GET /**', 'POST /**'], privateAddresses: true }],
    // Links lead to hosts of the public internet alone; here all of them are on this machine.
    context: { clients: { public: services.clients.any, any: services.clients.any } },
  });
  const link = `${services.origin('storage.test')}${SECRET_PATH}`;
  const json = (name: string, value: unknown, headers: { [name: string]: string } = {}) =>
    services.on(name, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(value));
    });
  const graph = (path: string, method = 'GET') =>
    bed.fetch(`${GRAPH}/v1.0${path}`, { method, headers: bearer(bed.token) });
  return { ...bed, services, own, link, json, graph };
}

test('an upload session’s URL is held: the extension uploads by a name', async (t) => {
  const { fetch, json, link, graph, services } = await world(t);
  json('graph', { uploadUrl: link, expirationDateTime: '2030-01-01' });
  const session = await graph('/me/drive/items/1/createUploadSession', 'POST');
  const { uploadUrl } = JSON.parse(session.body);
  t.is(uploadUrl, 'entrada:held/1');
  t.notRegex(session.body, /tempauth|storage/);
  const put = await fetch(uploadUrl, {
    method: 'PUT',
    headers: [['content-range', 'bytes 0-3/4']],
    body: bodyOf('data'),
  });
  t.like(put, { status: 200, url: 'entrada:held/1' });
  t.like(services.got.at(-1), { host: 'storage.test', url: SECRET_PATH, body: 'data' });
  t.is(services.got.at(-1)?.headers.authorization, undefined, 'it needs no token');
});

test('a held link takes the methods that it is for, and no token', async (t) => {
  const { fetch, json, link, graph, token } = await world(t);
  json('graph', { '@microsoft.graph.downloadUrl': link });
  const { body } = await graph('/me/drive/items/1');
  const held = JSON.parse(body)['@microsoft.graph.downloadUrl'];
  t.is((await fetch(held)).status, 200);
  t.is((await fetch(held, { method: 'POST' })).code, 'PATH_NOT_GRANTED');
  t.is((await fetch(held, { headers: bearer(token) })).code, 'TOKEN_DESTINATION_REFUSED');
});

test('links of a list are held, each by its own name, the same URL by the same', async (t) => {
  const { json, link, graph } = await world(t);
  const of = (url: string) => ({ '@microsoft.graph.downloadUrl': url });
  json('graph', { value: [of(`${link}1`), of(`${link}2`), of(`${link}1`)] });
  const { body } = await graph('/me/drive/root/children');
  t.deepEqual(
    JSON.parse(body).value.map((one: object) => Object.values(one)[0]),
    ['entrada:held/1', 'entrada:held/2', 'entrada:held/1'],
  );
});

test('a link is held in an answer that begins with a byte order mark', async (t) => {
  const { services, link, graph } = await world(t);
  services.on('graph', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`\ufeff${JSON.stringify({ '@microsoft.graph.downloadUrl': link })}`);
  });
  const { body } = await graph('/me/drive/items/1');
  t.is(JSON.parse(body)['@microsoft.graph.downloadUrl'], 'entrada:held/1');
});

test('an answer that nests deeper than any that a service composes tells no link', async (t) => {
  const { services, link, graph } = await world(t);
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  services.on('graph', (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"deep":${deep},"@microsoft.graph.downloadUrl":${JSON.stringify(link)}}`);
  });
  t.like(await graph('/me/drive/items/1'), { status: 200, body: '"[secret]"' });
});

test('uploadUrl is held where a session was made, and is data everywhere else', async (t) => {
  const { json, link, graph } = await world(t);
  json('graph', { uploadUrl: link });
  t.is(JSON.parse((await graph('/me')).body).uploadUrl, link);
});

test('nextLink stays as it is: it is asked for with the token, and judged like any request', async (t) => {
  const { json, graph, fetch, token } = await world(t);
  const next = `${GRAPH}/v1.0/users?$skiptoken=x`;
  const away = `${GRAPH}/beta/users?$skiptoken=x`;
  json('graph', { '@odata.nextLink': next, '@odata.deltaLink': away });
  t.is(JSON.parse((await graph('/users')).body)['@odata.nextLink'], next);
  t.is((await fetch(next, { headers: bearer(token) })).status, 200);
  t.is((await fetch(away, { headers: bearer(token) })).code, 'PATH_NOT_GRANTED');
});

test('the place of a result at another host is held', async (t) => {
  const { fetch, graph, link, services } = await world(t);
  services.on('graph', (_, response) => response.writeHead(202, { location: link }).end());
  const { headers } = await graph('/me/copy', 'POST');
  t.is(headers['location'], 'entrada:held/1');
  t.is((await fetch('entrada:held/1')).status, 200);
  t.is((await fetch('entrada:held/1', { method: 'PUT' })).code, 'PATH_NOT_GRANTED');
});

test('the content of a file is had by the redirect that Graph answers, and its URL is not told', async (t) => {
  const { graph, link, services, broker } = await world(t);
  services.on('graph', (_, response) => response.writeHead(302, { location: link }).end());
  services.on('storage.test', (_, response) => response.end('the file'));
  const answer = await graph('/me/drive/items/1/content');
  t.like(answer, { status: 200, body: 'the file', redirected: true, url: 'entrada:held/1' });
  t.is(services.got.at(-1)?.headers.authorization, undefined);
  t.notRegex(JSON.stringify(answer) + JSON.stringify(broker.calls), /tempauth/);
});

test('the place of a file’s content is held from who wants to see the redirect', async (t) => {
  const { fetch, token, link, services } = await world(t);
  services.on('graph', (_, response) => response.writeHead(302, { location: link }).end());
  const { headers } = await fetch(`${GRAPH}/v1.0/me/drive/items/1/content`, {
    headers: bearer(token),
    redirect: 'manual',
  });
  t.is(headers['location'], 'entrada:held/1');
});

test('a held link that leads on leads nowhere', async (t) => {
  const { graph, link, services } = await world(t);
  services.on('graph', (_, response) => response.writeHead(302, { location: link }).end());
  services.on('storage.test', (_, response) =>
    response.writeHead(302, { location: 'https://evil.test/x?tempauth' }).end(),
  );
  const answer = await graph('/me/drive/items/1/content');
  t.is(answer.code, 'REDIRECT_REFUSED');
  t.notRegex(JSON.stringify(answer), /evil|tempauth/);
});

test('a link in a file that anybody could have written is not held: it would lead wherever that says', async (t) => {
  const { json, graph, link } = await world(t);
  json('graph', { '@microsoft.graph.downloadUrl': link });
  const { body } = await graph('/me/drive/items/1/content');
  t.is(JSON.parse(body)['@microsoft.graph.downloadUrl'], link);
});

test('a link of a host that is not Graph is not held', async (t) => {
  const { json, fetch, own, link } = await world(t);
  json('api.test', { '@microsoft.graph.downloadUrl': link, uploadUrl: link }, { location: link });
  const { body, headers } = await fetch(`${own}/createUploadSession`, { method: 'POST' });
  t.deepEqual(JSON.parse(body), { '@microsoft.graph.downloadUrl': link, uploadUrl: link });
  t.is(headers['location'], link);
  t.is((await fetch(link)).code, 'ORIGIN_NOT_GRANTED');
});

test('a link of Graph to who brought his own token is not held', async (t) => {
  const { json, fetch, link } = await world(t);
  json('graph', { '@microsoft.graph.downloadUrl': link });
  const { body } = await fetch(`${GRAPH}/v1.0/me`, { headers: bearer('eyJ.of.somebody') });
  t.is(JSON.parse(body)['@microsoft.graph.downloadUrl'], link);
});

test('links in parts of a batch are held as they would be by themselves', async (t) => {
  const { json, fetch, token, link } = await world(t);
  json('graph', {
    responses: [
      { id: '1', status: 200, body: { '@microsoft.graph.downloadUrl': link } },
      { id: '2', status: 302, headers: { Location: `${link}2` } },
      { id: '3', status: 200, body: { uploadUrl: link } },
    ],
  });
  const requests = [
    { id: '1', method: 'GET', url: '/me/drive/items/1' },
    { id: '2', method: 'GET', url: '/me/drive/items/1/content' },
    { id: '3', method: 'GET', url: '/me' },
  ];
  const { body } = await fetch(`${GRAPH}/v1.0/$batch`, {
    method: 'POST',
    headers: bearer(token),
    body: bodyOf(JSON.stringify({ requests })),
  });
  const { responses } = JSON.parse(body);
  t.is(responses[0].body['@microsoft.graph.downloadUrl'], 'entrada:held/1');
  t.is(responses[1].headers.Location, 'entrada:held/2');
  t.is(responses[2].body.uploadUrl, link, 'of a request that makes no session');
});

test('a link is held from the invocation that was given it alone', async (t) => {
  const { graph, link, services } = await world(t);
  services.on('graph', (_, response) => response.writeHead(202, { location: link }).end());
  await graph('/me/copy', 'POST');
  const other = await startBroker(t, services, { graph: ['GET /v1.0/**'] });
  t.is((await other.fetch('entrada:held/1')).code, 'DESTINATION_UNKNOWN');
});

test('a held link that leads inside is not connected to', async (t) => {
  const services = await startServices(t);
  const { fetch, token } = await startBroker(t, services, { graph: ['GET /v1.0/**'] });
  services.on('graph', (_, response) =>
    response.writeHead(202, { location: services.origin('inside.test') }).end(),
  );
  await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token) });
  t.is((await fetch('entrada:held/1')).code, 'NET_ADDRESS_REFUSED');
});

test('an invocation is handed 200 links, and no more', (t) => {
  const links = new HeldLinks();
  const given = Array.from({ length: 201 }, (_, index) =>
    links.hold(`https://a.test/${index}`, []),
  );
  t.is(given[199], 'entrada:held/200');
  t.is(given[200], 'entrada:held/none');
  t.is(links.hold('https://a.test/0', []), 'entrada:held/1');
});

test('what is no https URL is held as a link that leads nowhere', (t) => {
  const links = new HeldLinks();
  t.is(links.hold('http://a.test/', []), 'entrada:held/none');
  t.is(links.find('entrada:held/none'), undefined);
});
