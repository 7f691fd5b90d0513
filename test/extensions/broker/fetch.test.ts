import { setTimeout as sleep } from 'node:timers/promises';

import test from 'ava';

import { Secret } from '../../../src/config/secret.ts';
import type { HttpClient } from '../../../src/net/http.ts';
import { bearer, bodyOf, GRAPH_TOKEN, startBroker, startServices } from '../../_support/broker.ts';
import { GRAPH } from '../../_support/extensions.ts';

const HR_KEY = 'hr+key/value=of 0123456789';

/** An extension that may read `/v1.0/**` of Graph, and everything at two services of the operator's. */
async function world(t: Parameters<typeof startServices>[0]) {
  const services = await startServices(t);
  const allow = ['GET /open/**', 'POST /open/**', 'HEAD /open/**', 'PUT /open/**'];
  const bed = await startBroker(t, services, {
    graph: ['GET /v1.0/**', 'POST /v1.0/**'],
    fetch: [
      { origin: services.origin('api.test'), allow, privateAddresses: true },
      { origin: services.origin('other.test'), allow, privateAddresses: true },
      {
        name: 'hook',
        url: secretUrl(services.origin('hook.test')),
        allow: ['POST', 'GET'],
        privateAddresses: true,
      },
    ],
    secrets: {
      header: { value: HR_KEY, in: ['header'] },
      body: { value: 'body-key-0123456789', in: ['body'] },
      sign: { value: 'sign-key-0123456789', in: ['sign'] },
    },
  });
  const api = `${services.origin('api.test')}/open`;
  const other = `${services.origin('other.test')}/open`;
  return { services, ...bed, api, other };
}

function secretUrl(origin: string): Secret {
  return new Secret(`${origin}/T0/very-secret-path?sig=0123456789abcdef`);
}

test('a request goes out as it was granted, and its answer comes back', async (t) => {
  const { fetch, api, services, broker } = await world(t);
  const answer = await fetch(`${api}/a?b=c`, {
    method: 'POST',
    headers: [['x-mine', 'yes']],
    body: bodyOf('hello'),
  });
  t.like(answer, { status: 200, url: `${api}/a?b=c`, redirected: false });
  t.like(services.got, [{ method: 'POST', url: '/open/a?b=c', body: 'hello' }]);
  t.is(services.got[0]?.headers['x-mine'], 'yes');
  t.like(broker.calls, [{ method: 'POST', url: `${api}/a`, status: 200, rule: 'POST /open/**' }]);
});

test('a token is put in place of its stand-in, towards its API alone', async (t) => {
  const { fetch, token, api, services } = await world(t);
  t.like(await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token) }), { status: 200 });
  t.is(services.got[0]?.headers.authorization, `Bearer ${GRAPH_TOKEN}`);
  t.like(await fetch(`${api}/x`, { headers: bearer(token) }), {
    code: 'TOKEN_DESTINATION_REFUSED',
  });
  t.is(services.got.length, 1, 'nothing left for the other host');
});

test('nothing of a refused request leaves', async (t) => {
  const { fetch, services, broker } = await world(t);
  const refused = [
    await fetch(`${services.origin('api.test')}/closed`),
    await fetch(`${services.origin('unknown.test')}/open/x`),
    await fetch(`${services.origin('api.test')}/open/x`, { method: 'DELETE' }),
    await fetch(`${services.origin('api.test')}/open/..%2fclosed`),
    await fetch('https://files.test/open/x'),
  ];
  t.deepEqual(
    refused.map(({ code }) => code),
    [
      'PATH_NOT_GRANTED',
      'ORIGIN_NOT_GRANTED',
      'PATH_NOT_GRANTED',
      'URL_REFUSED',
      'OWN_ORIGIN_REFUSED',
    ],
  );
  t.deepEqual(services.got, []);
  t.is(broker.calls.length, 5, 'each of them is in the record');
});

// ---- redirects

test('a redirect is authorised anew: to a path that is not granted it does not lead', async (t) => {
  const { fetch, api, services } = await world(t);
  services.on('api.test', (_, response) =>
    response.writeHead(302, { location: '/closed/secret' }).end(),
  );
  t.like(await fetch(`${api}/a`), { code: 'PATH_NOT_GRANTED' });
  t.is(services.got.length, 1);
});

test('a redirect to a host that is not granted is not followed', async (t) => {
  const { fetch, api, services } = await world(t);
  const away = `${services.origin('evil.test')}/open/a`;
  services.on('api.test', (_, response) => response.writeHead(307, { location: away }).end());
  t.like(await fetch(`${api}/a`), { code: 'ORIGIN_NOT_GRANTED' });
  t.deepEqual(
    services.got.map(({ host }) => host),
    ['api.test'],
  );
});

test('a redirect to the gateway itself is not followed', async (t) => {
  const { fetch, api, services } = await world(t);
  services.on('api.test', (_, response) =>
    response.writeHead(302, { location: 'https://files.test/console' }).end(),
  );
  t.like(await fetch(`${api}/a`), { code: 'OWN_ORIGIN_REFUSED' });
});

test('a redirect within an origin keeps what the request has', async (t) => {
  const { fetch, token, services } = await world(t);
  services.on('graph', ({ url }, response) => {
    if (url === '/v1.0/me') response.writeHead(307, { location: '/v1.0/users/1' }).end();
    else response.end('there');
  });
  const answer = await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token) });
  t.like(answer, { status: 200, body: 'there', redirected: true, url: `${GRAPH}/v1.0/users/1` });
  t.is(services.got[1]?.headers.authorization, `Bearer ${GRAPH_TOKEN}`);
});

test('a redirect that leads nowhere is an answer like any other', async (t) => {
  const { fetch, api, services } = await world(t);
  services.on('api.test', (_, response) => response.writeHead(302).end('nowhere'));
  t.like(await fetch(`${api}/a`), { status: 302, body: 'nowhere', redirected: false });
  t.is(services.got.length, 1);
});

const basic = (secret: string): string => `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`;

test('credentials do not travel to another origin', async (t) => {
  const { fetch, api, other, secrets, services } = await world(t);
  services.on('api.test', (_, response) =>
    response.writeHead(307, { location: `${other}/b` }).end(),
  );
  const answer = await fetch(`${api}/a`, {
    headers: [
      ['authorization', 'Basic bWU6cGFzc3dvcmQ='],
      ['x-ms-authorization-auxiliary', 'Bearer mine'],
      ['x-key', secrets['header'] ?? ''],
      ['x-basic', basic(secrets['header'] ?? '')],
      ['x-plain', 'stays'],
    ],
  });
  t.is(answer.status, 200);
  const [first, second] = services.got;
  t.is(first?.headers['x-key'], HR_KEY);
  t.is(first?.headers['x-basic'], basic(HR_KEY));
  t.is(first?.headers.authorization, 'Basic bWU6cGFzc3dvcmQ=');
  t.is(second?.host, 'other.test');
  t.is(second?.headers['x-plain'], 'stays');
  for (const name of ['authorization', 'x-ms-authorization-auxiliary', 'x-key', 'x-basic']) {
    t.is(second?.headers[name], undefined, name);
  }
});

test('a token does not travel to another origin, even one that is granted', async (t) => {
  const { fetch, token, api, services } = await world(t);
  services.on('graph', (_, response) => response.writeHead(307, { location: `${api}/a` }).end());
  t.is((await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token) })).status, 200);
  t.is(services.got[1]?.host, 'api.test');
  t.is(services.got[1]?.headers.authorization, undefined);
});

test('a body with a secret is not sent to another origin', async (t) => {
  const { fetch, api, other, secrets, services } = await world(t);
  services.on('api.test', (_, response) =>
    response.writeHead(307, { location: `${other}/b` }).end(),
  );
  const body = bodyOf(JSON.stringify({ key: secrets['body'] }));
  t.like(await fetch(`${api}/a`, { method: 'POST', body }), { code: 'REDIRECT_REFUSED' });
  t.is(services.got[0]?.body, '{"key":"body-key-0123456789"}');
  t.is(services.got.length, 1);
});

const METHODS: readonly (readonly [status: number, method: string, then: string, body: string])[] =
  [
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [307, 'POST', 'POST', 'sent'],
    [308, 'PUT', 'PUT', 'sent'],
  ];

for (const [status, method, then, body] of METHODS) {
  test(`after ${status} a ${method} goes on as ${then}`, async (t) => {
    const { fetch, api, services } = await world(t);
    services.on('api.test', ({ url }, response) => {
      if (url === '/open/a') response.writeHead(status, { location: '/open/b' }).end();
      else response.end();
    });
    await fetch(`${api}/a`, {
      method,
      body: bodyOf('sent'),
      headers: [['content-type', 'text/plain']],
    });
    t.like(services.got[1], { method: then, url: '/open/b', body });
    t.is(services.got[1]?.headers['content-type'], body === '' ? undefined : 'text/plain');
  });
}

test('three redirects are followed, a fourth is not', async (t) => {
  const { fetch, api, services } = await world(t);
  services.on('api.test', ({ url }, response) => {
    const left = Number(url.slice(-1));
    if (left === 0) response.end('arrived');
    else response.writeHead(302, { location: `/open/${left - 1}` }).end();
  });
  t.like(await fetch(`${api}/3`), { status: 200, body: 'arrived' });
  t.like(await fetch(`${api}/4`), { code: 'REDIRECT_REFUSED' });
});

test('a redirect to letters beyond ASCII leads where a browser goes', async (t) => {
  const { fetch, api, services } = await world(t);
  const location = Buffer.from('/open/Gr\u00f6\u00dfe').toString('latin1');
  services.on('api.test', ({ url }, response) => {
    if (url === '/open/a') response.writeHead(302, { location }).end();
    else response.end();
  });
  t.is((await fetch(`${api}/a`)).status, 200);
  t.is(services.got[1]?.url, '/open/Gr%C3%B6%C3%9Fe');
});

test('an extension may look at a redirect, or refuse it', async (t) => {
  const { fetch, api, services } = await world(t);
  services.on('api.test', (_, response) => response.writeHead(302, { location: '/open/b' }).end());
  t.like(await fetch(`${api}/a`, { redirect: 'manual' }), { status: 302 });
  t.like(await fetch(`${api}/a`, { redirect: 'error' }), { code: 'REDIRECT_REFUSED' });
});

// ---- destinations by name

test('a destination by name is reached, and its URL is told nowhere', async (t) => {
  const { fetch, services, broker } = await world(t);
  services.on('hook.test', (request, response) => {
    const link = `${services.origin('hook.test')}${request.url}`;
    response.writeHead(201, { location: `${link}/7`, link }).end(`you called ${link}`);
  });
  const answer = await fetch('entrada:hook', { method: 'POST', body: bodyOf('{}') });
  t.like(answer, { status: 201, url: 'entrada:hook', body: 'you called [secret]' });
  t.is(services.got[0]?.url, '/T0/very-secret-path?sig=0123456789abcdef');
  t.notRegex(JSON.stringify(answer) + JSON.stringify(broker.calls), /hook-|very-secret/);
});

for (const [what, write] of [
  ['the path', ({ pathname }: URL) => `Cannot POST ${pathname}`],
  ['the signature', ({ searchParams }: URL) => `${searchParams.get('sig')} is not valid`],
  ['the last segment', ({ pathname }: URL) => JSON.stringify({ token: pathname.split('/')[2] })],
] as const) {
  test(`a destination by name that answers ${what} of its URL tells nothing of it`, async (t) => {
    const { fetch, services } = await world(t);
    services.on('hook.test', (request, response) =>
      response.writeHead(404).end(write(new URL(request.url, 'https://hook.test'))),
    );
    const answer = await fetch('entrada:hook', { method: 'POST', body: bodyOf('{}') });
    t.is(answer.status, 404);
    t.regex(answer.body, /\[secret\]/);
    t.notRegex(answer.body, /very-secret|0123456789/);
  });
}

for (const [what, location] of [
  ['its own host', '/T0/elsewhere'],
  ['another host', 'https://evil.test/T0/very-secret-path'],
] as const) {
  test(`a destination by name that leads to ${what} tells nothing of its URL`, async (t) => {
    const { fetch, services, broker } = await world(t);
    services.on('hook.test', (_, response) => response.writeHead(307, { location }).end());
    const answer = await fetch('entrada:hook', { method: 'POST', body: bodyOf('{}') });
    t.is(answer.code, 'REDIRECT_REFUSED');
    t.deepEqual(
      broker.calls.map(({ url }) => url),
      ['entrada:hook', 'entrada:hook'],
    );
    t.notRegex(JSON.stringify(answer) + JSON.stringify(broker.calls), /hook-|evil|T0/);
  });
}

test('a destination by name that cannot be reached tells nothing of its URL', async (t) => {
  const { fetch, services, broker } = await world(t);
  services.on('hook.test', (_, response) => response.destroy());
  const answer = await fetch('entrada:hook');
  t.regex(answer.code ?? '', /^NET_/);
  t.notRegex(JSON.stringify(answer) + JSON.stringify(broker.calls), /hook-|very-secret/);
});

// ---- addresses, at the time of connecting

const NOT_PUBLIC: readonly (readonly [what: string, address: string])[] = [
  ['loopback', '127.0.0.1'],
  ['loopback beyond .1', '127.8.9.10'],
  ['a private network', '10.1.2.3'],
  ['another private network', '172.16.0.1'],
  ['a third private network', '192.168.1.1'],
  ['link-local addresses', '169.254.1.1'],
  ['the metadata service of a cloud', '169.254.169.254'],
  ['the platform of an Azure machine', '168.63.129.16'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['this host', '0.0.0.0'],
  ['IPv6 loopback', '::1'],
  ['IPv6 link-local', 'fe80::1'],
  ['IPv6 unique local', 'fd00::1'],
  ['loopback mapped into IPv6', '::ffff:127.0.0.1'],
  ['the metadata service mapped into IPv6', '::ffff:a9fe:a9fe'],
  ['a private network through NAT64', '64:ff9b::10.0.0.1'],
  ['a private network through 6to4', '2002:0a00:0001::1'],
];

for (const [what, address] of NOT_PUBLIC) {
  test(`a granted name that leads to ${what} is not connected to`, async (t) => {
    const services = await startServices(t);
    const origin = services.origin('api.test');
    services.resolve('api.test', [address]);
    const { fetch } = await startBroker(t, services, {
      fetch: [{ origin, allow: ['GET /**'], privateAddresses: false }],
    });
    t.like(await fetch(`${origin}/`), { code: 'NET_ADDRESS_REFUSED' });
    t.deepEqual(services.got, []);
  });
}

test('a name of which one address is private is refused whole', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  services.resolve('api.test', ['93.184.215.14', '127.0.0.1']);
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: false }],
  });
  t.like(await fetch(`${origin}/`), { code: 'NET_ADDRESS_REFUSED' });
});

test('a name is looked up once: the address that was judged is the one that is connected to', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  services.resolve('api.test', ['127.0.0.1'], ['93.184.215.14']);
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
  });
  t.is((await fetch(`${origin}/`)).status, 200);
  t.is(services.lookups('api.test'), 1, 'a second look-up could have answered something else');
});

test('a name that led to the public and leads inside now is refused at the next connection', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  services.resolve('api.test', ['192.88.98.1'], ['127.0.0.1']);
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: false }],
    limits: { requestMs: 300 },
  });
  const first = await fetch(`${origin}/`);
  t.not(first.code, 'NET_ADDRESS_REFUSED', 'the public address was tried');
  t.is((await fetch(`${origin}/`)).code, 'NET_ADDRESS_REFUSED');
  t.deepEqual(services.got, []);
});

test('a redirect to a name that leads inside is refused as well', async (t) => {
  const services = await startServices(t);
  const inside = services.origin('inside.test');
  const origin = services.origin('api.test');
  services.on('api.test', (_, response) => response.writeHead(302, { location: inside }).end());
  const { fetch } = await startBroker(t, services, {
    fetch: [
      { origin, allow: ['GET /**'], privateAddresses: true },
      { origin: inside, allow: ['GET /**'], privateAddresses: false },
    ],
  });
  t.like(await fetch(`${origin}/`), { code: 'NET_ADDRESS_REFUSED' });
  t.is(services.got.length, 1);
});

// ---- secrets

test('secrets are put in where their grants say, and nowhere else', async (t) => {
  const { fetch, api, secrets, services, token } = await world(t);
  const { header = '', body = '', sign = '' } = secrets;
  const sent = await fetch(`${api}/a`, {
    method: 'POST',
    headers: [['x-key', header]],
    body: bodyOf(`{"key":"${body}"}`),
  });
  t.is(sent.status, 200);
  t.is(services.got[0]?.headers['x-key'], HR_KEY);
  t.is(services.got[0]?.body, '{"key":"body-key-0123456789"}');
  const misplaced = [
    await fetch(`${api}/a?key=${header}`),
    await fetch(`${api}/${header}/a`),
    await fetch(`${api}/a`, { headers: [['x-key', body]] }),
    await fetch(`${api}/a`, { method: 'POST', body: bodyOf(header) }),
    await fetch(`${api}/a`, { headers: [['x-key', sign]] }),
    await fetch(`${api}/a`, { headers: [['x-key', basic(sign)]] }),
    await fetch(`${GRAPH}/v1.0/me`, { headers: [...bearer(token), ['x-key', header]] }),
  ];
  for (const { code } of misplaced) t.is(code, 'SECRET_MISPLACED');
  t.is(services.got.length, 1);
});

test('a stand-in of another invocation is worth nothing', async (t) => {
  const { fetch, api, services } = await world(t);
  const strange = 'entrada.secret.AAAAAAAAAAAAAAAAAAAAAA';
  t.like(await fetch(`${api}/a`, { headers: [['x-key', strange]] }), { code: 'SECRET_MISPLACED' });
  t.like(
    await fetch(`${GRAPH}/v1.0/me`, { headers: bearer('entrada.token.AAAAAAAAAAAAAAAAAAAAAA') }),
    {
      code: 'TOKEN_UNKNOWN',
    },
  );
  t.deepEqual(services.got, []);
});

const FORMS: readonly (readonly [form: string, write: (value: string) => string])[] = [
  ['as it is', (value) => value],
  ['in URL encoding', encodeURIComponent],
  ['in URL encoding of a form', (value) => new URLSearchParams({ value }).toString()],
  ['in JSON', (value) => JSON.stringify({ value })],
  ...[0, 1, 2].map(
    (offset) =>
      [
        `in base64 with ${offset} bytes before it`,
        (value: string) => Buffer.from('x'.repeat(offset) + value).toString('base64'),
      ] as const,
  ),
  ['in base64url', (value) => Buffer.from(value).toString('base64url')],
];

for (const [form, write] of FORMS) {
  test(`a token that is answered ${form} is masked`, async (t) => {
    const { fetch, token, services } = await world(t);
    services.on('graph', (request, response) => {
      const held = (request.headers.authorization ?? '').slice('Bearer '.length);
      response.setHeader('x-echo', write(held));
      response.end(`before ${write(held)} after`);
    });
    const answer = await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token) });
    const told = `${answer.body} ${answer.headers['x-echo']}`;
    t.regex(told, /\[secret\].*\[secret\]/s);
    t.regex(answer.body, /^before .* after$/s);
    t.notRegex(told, /graph.{0,3}token.{0,3}value/i);
    t.false(told.includes(Buffer.from('graph/token').toString('base64').slice(2, -4)));
  });

  test(`a secret that is answered ${form} is masked`, async (t) => {
    const { fetch, api, secrets, services } = await world(t);
    services.on('api.test', (request, response) =>
      response.end(write(String(request.headers['x-key']))),
    );
    const { body } = await fetch(`${api}/a`, { headers: [['x-key', secrets['header'] ?? '']] });
    t.regex(body, /\[secret\]/);
    t.notRegex(body, /hr.{1,3}key.{1,3}value/);
  });

  test(`a raw token is refused in a body ${form}`, async (t) => {
    const services = await startServices(t);
    const origin = services.origin('api.test');
    const bed = await startBroker(t, services, {
      graph: ['GET /v1.0/**'],
      expose: 'raw',
      fetch: [{ origin, allow: ['POST /**'], privateAddresses: true }],
    });
    t.is(bed.token, GRAPH_TOKEN);
    const body = bodyOf(`it is ${write(bed.token)}!`);
    t.like(await bed.fetch(`${origin}/`, { method: 'POST', body }), { code: 'TOKEN_MISPLACED' });
    t.deepEqual(services.got, []);
  });
}

test('a raw token is refused in an URL of which every letter is encoded', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  const bed = await startBroker(t, services, {
    graph: ['GET /v1.0/**'],
    expose: 'raw',
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
  });
  const hidden = Buffer.from(bed.token).toString('hex').replaceAll(/../g, '%$&');
  t.like(await bed.fetch(`${origin}/x?t=${hidden}`), { code: 'TOKEN_MISPLACED' });
  t.deepEqual(services.got, []);
});

test('a token that is answered in pieces is masked across their borders', async (t) => {
  const { fetch, token, services } = await world(t);
  services.on('graph', (_, response) => {
    const half = GRAPH_TOKEN.length / 2;
    response.write(`x ${GRAPH_TOKEN.slice(0, half)}`);
    setTimeout(() => response.end(`${GRAPH_TOKEN.slice(half)} y`), 20);
  });
  const { body } = await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token) });
  t.is(body, 'x [secret] y');
});

test('a token that is answered in the URL of a redirect is masked', async (t) => {
  const { fetch, token, services } = await world(t);
  services.on('graph', ({ url }, response) => {
    if (url.startsWith('/v1.0/me')) {
      const location = `/v1.0/x?t=${encodeURIComponent(GRAPH_TOKEN)}`;
      response.writeHead(302, { location }).end();
    } else response.end();
  });
  const followed = await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token) });
  t.is(followed.url, `${GRAPH}/v1.0/x?t=[secret]`);
  const seen = await fetch(`${GRAPH}/v1.0/me`, { headers: bearer(token), redirect: 'manual' });
  t.is(seen.headers['location'], '/v1.0/x?t=[secret]');
});

test('a secret itself is not sent, even by who found it out', async (t) => {
  const { fetch, api, services } = await world(t);
  const known = 'sign-key-0123456789';
  t.like(await fetch(`${api}/${known}`), { code: 'SECRET_MISPLACED' });
  t.like(await fetch(`${api}/a`, { headers: [['x-a', btoa(`a${known}`)]] }), {
    code: 'SECRET_MISPLACED',
  });
  t.deepEqual(services.got, []);
});

// ---- limits

test('a body of one byte more than allowed does not leave', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['POST /**'], privateAddresses: true }],
    limits: { requestBytes: 100 },
  });
  const post = (bytes: number) =>
    fetch(`${origin}/`, { method: 'POST', body: bodyOf('x'.repeat(bytes)) });
  t.is((await post(100)).status, 200);
  t.is((await post(101)).code, 'REQUEST_TOO_LARGE');
});

test('an answer of one byte more than allowed is not read', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  services.on('api.test', ({ url }, response) => response.end('x'.repeat(Number(url.slice(1)))));
  const { fetch } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
    limits: { responseBytes: 1_000 },
  });
  t.is((await fetch(`${origin}/1000`)).body.length, 1_000);
  t.is((await fetch(`${origin}/1001`)).code, 'NET_TOO_LARGE');
});

test('a service that does not answer in time is given up', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  services.on('api.test', () => undefined);
  const { fetch, broker } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
    limits: { requestMs: 200 },
  });
  t.is((await fetch(`${origin}/`)).code, 'NET_TIMEOUT');
  t.like(broker.calls, [{ code: 'NET_TIMEOUT', status: null }]);
});

test('redirects are given no more time together than one request', async (t) => {
  const given: number[] = [];
  const client: HttpClient = async ({ timeoutMs }) => {
    given.push(timeoutMs);
    await sleep(60);
    return { status: 302, statusText: '', headers: [['location', '/on']], body: Buffer.alloc(0) };
  };
  const { fetch } = await startBroker(
    t,
    { clients: { public: client, any: client } },
    {
      fetch: [{ origin: 'https://api.test', allow: ['GET /**'], privateAddresses: false }],
      limits: { requestMs: 10_000, redirects: 2 },
    },
  );
  t.is((await fetch('https://api.test/')).code, 'REDIRECT_REFUSED');
  const [first = 0, second = 0, third = 0] = given;
  t.is(first, 10_000);
  t.true(second <= first - 50 && third <= second - 50, given.join());
});

test('what is under way when the invocation ends is ended with it', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  services.on('api.test', () => resolve());
  const { fetch, broker } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
  });
  const waiting = fetch(`${origin}/`);
  await arrived;
  broker.end();
  t.is((await waiting).code, 'NET_ABORTED');
});

test('after the end of an invocation nothing is sent, whether or not there was a request before', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  for (const before of [0, 1]) {
    const { fetch, broker } = await startBroker(t, services, {
      fetch: [{ origin, allow: ['GET /**'], privateAddresses: true }],
    });
    if (before) t.is((await fetch(`${origin}/`)).status, 200);
    broker.end();
    t.is((await fetch(`${origin}/`)).code, 'NET_ABORTED');
  }
});

test('cookies of a service are neither shown nor kept', async (t) => {
  const { fetch, api, services } = await world(t);
  services.on('api.test', (_, response) =>
    response.setHeader('set-cookie', 'session=1; Secure').end('{}'),
  );
  t.is((await fetch(`${api}/a`)).headers['set-cookie'], undefined);
  await fetch(`${api}/a`);
  t.is(services.got[1]?.headers.cookie, undefined);
});

test('in shadow only what changes nothing is sent', async (t) => {
  const services = await startServices(t);
  const origin = services.origin('api.test');
  const { fetch, broker } = await startBroker(t, services, {
    fetch: [{ origin, allow: ['GET /**', 'POST /**', 'HEAD /**'], privateAddresses: true }],
    context: { shadow: true },
  });
  t.is((await fetch(`${origin}/`)).status, 200);
  t.is((await fetch(`${origin}/`, { method: 'HEAD' })).status, 200);
  t.like(await fetch(`${origin}/`, { method: 'POST' }), {
    status: 202,
    headers: { 'entrada-shadow': 'not-sent' },
  });
  t.deepEqual(
    services.got.map(({ method }) => method),
    ['GET', 'HEAD'],
  );
  t.is(broker.calls.at(-1)?.code, 'SHADOW_NOT_SENT');
  t.true(broker.isRepeatable);
});
