import test from 'ava';

import { Secret } from '../../src/config/secret.ts';
import { effectiveGrant, ruleFor, shortfalls } from '../../src/extensions/grant.ts';
import { GRAPH, grantOf, manifestOf, NO_ENRICH } from '../_support/extensions.ts';

const TOKEN = {
  resource: GRAPH,
  scopes: [],
  allow: ['GET /v1.0/me'],
  required: true,
  expose: 'handle',
} as const;
const GIVEN = {
  resource: GRAPH,
  origins: [GRAPH],
  allow: ['GET /v1.0/me'],
  expose: 'handle',
} as const;
const HR = { origin: 'https://hr.example.com', allow: ['GET /v2/people/*'], required: false };
const HR_GIVEN = {
  origin: 'https://hr.example.com',
  allow: ['GET /v2/people/*'],
  privateAddresses: false,
};

test('what only the manifest asks for is not in the effective grant', (t) => {
  const grant = effectiveGrant(
    manifestOf({ tokens: [TOKEN], fetch: [HR], secrets: ['key'] }),
    grantOf(),
  );
  t.deepEqual([grant.tokens, grant.origins, grant.named, [...grant.secrets]], [[], [], [], []]);
});

test('what only the operator gives is not in the effective grant', (t) => {
  const secrets = { key: { value: new Secret('0123456789ab'), in: ['header'] as const } };
  const grant = effectiveGrant(
    manifestOf(),
    grantOf({ tokens: [GIVEN], fetch: [HR_GIVEN], secrets }),
  );
  t.deepEqual([grant.tokens, grant.origins, grant.named, [...grant.secrets]], [[], [], [], []]);
});

test('a request has to match a pattern of each side', (t) => {
  const grant = effectiveGrant(
    manifestOf({ fetch: [{ ...HR, allow: ['GET /v2/**'] }] }),
    grantOf({ fetch: [{ ...HR_GIVEN, allow: ['GET /v2/people/*', 'PUT /v2/people/*'] }] }),
  );
  const [hr] = grant.origins;
  t.is(ruleFor(hr!, 'GET', new URL('https://x/v2/people/7')), 'GET /v2/people/*');
  t.is(ruleFor(hr!, 'POST', new URL('https://x/v2/people/7')), undefined);
  t.is(ruleFor(hr!, 'GET', new URL('https://x/v2/offices/7')), undefined);
});

test('a raw token needs both sides', (t) => {
  const expose = (asked: 'raw' | 'handle', given: 'raw' | 'handle') =>
    effectiveGrant(
      manifestOf({ tokens: [{ ...TOKEN, expose: asked }] }),
      grantOf({ tokens: [{ ...GIVEN, expose: given }] }),
    ).tokens[0]?.expose;
  t.is(expose('raw', 'raw'), 'raw');
  t.is(expose('raw', 'handle'), 'handle');
  t.is(expose('handle', 'raw'), 'handle');
});

test('powers of enrich are those of both sides', (t) => {
  const asked = { ...NO_ENRICH, groups: ['A', 'B'], claims: ['x'], username: true, home: true };
  const given = { ...NO_ENRICH, groups: ['B', 'C'], claims: ['x', 'y'], home: true, session: true };
  const { enrich } = effectiveGrant(manifestOf({ enrich: asked }), grantOf({ enrich: given }));
  t.deepEqual(enrich, { ...NO_ENRICH, groups: ['B'], claims: ['x'], home: true });
});

test('a grant that gives all that is asked for falls short of nothing', (t) => {
  t.deepEqual(
    shortfalls(
      manifestOf({ tokens: [TOKEN], fetch: [HR] }),
      grantOf({ tokens: [GIVEN], fetch: [HR_GIVEN] }),
    ),
    [],
  );
});

test('a pattern that the grant covers by a wider one is no shortfall', (t) => {
  t.deepEqual(
    shortfalls(
      manifestOf({ fetch: [HR] }),
      grantOf({ fetch: [{ ...HR_GIVEN, allow: ['GET /**'] }] }),
    ),
    [],
  );
});

test('each thing that is asked for and not given is told, with whether it is required', (t) => {
  const manifest = manifestOf({
    tokens: [{ ...TOKEN, allow: ['GET /v1.0/me', 'GET /v1.0/me/manager'], expose: 'raw' }],
    fetch: [HR, { name: 'teams', allow: ['POST'], required: true }],
    secrets: ['key'],
    enrich: { ...NO_ENRICH, groups: ['Ledgers'], username: true },
    sessions: { end: true },
  });
  t.deepEqual(shortfalls(manifest, grantOf({ tokens: [GIVEN] })), [
    { what: `token ${GRAPH}: GET /v1.0/me/manager`, required: true },
    { what: `token ${GRAPH}: expose: raw`, required: true },
    { what: 'fetch https://hr.example.com', required: false },
    { what: 'fetch teams', required: true },
    { what: 'secret key', required: true },
    { what: 'enrich groups: Ledgers', required: false },
    { what: 'enrich username', required: false },
    { what: 'sessions: end', required: false },
  ]);
});
