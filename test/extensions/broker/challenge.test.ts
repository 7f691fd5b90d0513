import test from 'ava';

import { bearer, GRAPH_TOKEN, startBroker, startServices } from '../../_support/broker.ts';
import { GRAPH } from '../../_support/extensions.ts';

const CLAIMS = { access_token: { nbf: { essential: true, value: '1700000000' } } };

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

const wants = (claims: unknown): string =>
  `Bearer realm="", error="insufficient_claims", claims="${encode(claims)}"`;

/** Graph answers so; the extension calls it with its token, or with a header of its own. */
async function answered(
  t: Parameters<typeof startServices>[0],
  status: number,
  authenticate: string,
  own?: string,
) {
  const services = await startServices(t);
  const bed = await startBroker(t, services, { graph: ['GET /v1.0/me'] });
  services.on('graph', (_, response) =>
    response.writeHead(status, { 'www-authenticate': authenticate }).end('{}'),
  );
  const headers = own === undefined ? bearer(bed.token) : ([['authorization', own]] as const);
  const told = await bed.ask('fetch', {
    url: `${GRAPH}/v1.0/me`,
    method: 'GET',
    headers,
    body: null,
    redirect: 'follow',
  });
  return { told, challenges: bed.broker.challenges, calls: bed.broker.calls };
}

for (const status of [401, 403]) {
  test(`a ${status} that asks for claims becomes a challenge`, async (t) => {
    const { told, challenges, calls } = await answered(t, status, wants(CLAIMS));
    t.like(told, { ok: false, error: { code: 'CHALLENGE', claims: CLAIMS } });
    t.deepEqual([...challenges], [[GRAPH, CLAIMS]]);
    t.like(calls, [{ status, code: 'CHALLENGE' }]);
  });
}

const NONE: readonly (readonly [what: string, status: number, header: string, own?: string])[] = [
  ['a 401 without claims', 401, 'Bearer error="invalid_token"'],
  ['a 200 that asks for claims', 200, wants(CLAIMS)],
  ['claims that are no JSON', 401, 'Bearer error="insufficient_claims", claims="e30kk"'],
  ['claims that are a list', 401, wants([1])],
  ['another scheme', 401, `Basic error="insufficient_claims", claims="${encode(CLAIMS)}"`],
  ['a token of the extension’s own', 401, wants(CLAIMS), 'Bearer eyJ.of.somebody'],
];

for (const [what, status, header, own] of NONE) {
  test(`${what} is an answer like any other`, async (t) => {
    const { told, challenges } = await answered(t, status, header, own);
    t.like(told, { ok: true, value: { status } });
    t.is(challenges.size, 0);
  });
}

test('a challenge that echoes the token has it masked', async (t) => {
  const echoing = { access_token: { xms_x: { value: GRAPH_TOKEN } } };
  const { told, challenges } = await answered(t, 401, wants(echoing));
  t.false(JSON.stringify([told, [...challenges]]).includes('graph/token'));
  t.like(told, { ok: false, error: { code: 'CHALLENGE' } });
});
