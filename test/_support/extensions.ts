import type { EnrichGrant, GrantConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import type { Handles } from '../../src/extensions/broker/handles.ts';
import { type EffectiveGrant, effectiveGrant } from '../../src/extensions/grant.ts';
import type { Manifest, Requests } from '../../src/extensions/manifest.ts';

export const GRAPH = 'https://graph.microsoft.com';

/** Nothing may be changed. */
export const NO_ENRICH: EnrichGrant = {
  groups: [],
  roles: [],
  claims: [],
  username: false,
  home: false,
  session: false,
  headers: [],
};

/** A manifest that asks for nothing but what is given. */
export function manifestOf(requests: Partial<Requests> = {}): Manifest {
  return {
    api: 1,
    name: 'tested',
    version: '1.0.0',
    entry: 'index.ts',
    fixtures: null,
    requests: {
      tokens: [],
      fetch: [],
      secrets: [],
      password: false,
      enrich: NO_ENRICH,
      sessions: { end: false },
      ...requests,
    },
    when: { services: [], groups: [], roles: [] },
    provides: [],
    consumes: [],
    schedule: null,
    config: null,
  };
}

/** A grant of nothing but what is given. */
export function grantOf(grant: Partial<GrantConfig> = {}): GrantConfig {
  const sessions = { end: false };
  return { tokens: [], fetch: [], secrets: {}, enrich: NO_ENRICH, sessions, ...grant };
}

/** An extension that may read `/v1.0/me` of Graph, call an HR service, post to Teams by name, and use one secret. */
export function sampleGrant(): EffectiveGrant {
  const hr = 'https://hr.example.com';
  return effectiveGrant(
    manifestOf({
      tokens: [
        {
          resource: GRAPH,
          scopes: [],
          allow: ['GET /v1.0/me', 'GET /v1.0/me/**'],
          required: true,
          expose: 'handle',
        },
      ],
      fetch: [
        { origin: hr, allow: ['GET /v2/**', 'POST /v2/people/*'], required: false },
        { name: 'teams', allow: ['POST'], required: false },
      ],
      secrets: ['hr_key', 'body_key'],
    }),
    grantOf({
      tokens: [
        {
          resource: GRAPH,
          origins: [GRAPH],
          allow: ['GET /v1.0/me', 'GET /v1.0/me/*'],
          expose: 'handle',
        },
      ],
      fetch: [
        { origin: hr, allow: ['GET /v2/people/*', 'PUT /v2/people/*'], privateAddresses: false },
        {
          name: 'teams',
          url: new Secret('https://hooks.example.com/T0/secret-path'),
          allow: ['POST'],
          privateAddresses: false,
        },
      ],
      secrets: {
        hr_key: { value: new Secret('hr-key-value-0123456789'), in: ['header'] },
        body_key: { value: new Secret('body-key-value-0123456789'), in: ['body'] },
      },
    }),
  );
}

/** Stand-ins as the broker would mint them, with texts that tests can name. */
export function sampleHandles(grant: EffectiveGrant = sampleGrant()): Handles {
  return {
    tokens: [
      {
        resource: GRAPH,
        text: 'entrada.token.AAAAAAAAAAAAAAAAAAAAAA',
        token: new Secret('graph-token-value-xyz'),
        raw: false,
      },
    ],
    unavailable: [],
    secrets: [...grant.secrets].map(([name, secret], index) => ({
      name,
      text: `entrada.secret.${'ABCDEFGH'[index]}BBBBBBBBBBBBBBBBBBBBB`,
      secret,
    })),
  };
}
