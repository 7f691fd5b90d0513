import type { Json, JsonObject } from '../../../sandbox/contract.ts';
import type { Fixture, FixtureHook } from './fixture.ts';

const METHOD = { id: 'made-up-method', type: 'entra-id', name: 'Made up' } as const;

/** Somebody who signs in, where a fixture says nothing else: the same one each time. */
const SIGN_IN = {
  id: '5a3f1f5e-0000-4000-8000-000000000001',
  principal: {
    username: 'jane',
    oid: '3d0ea5c4-0000-4000-8000-000000000001',
    tid: '3d0ea5c4-0000-4000-8000-00000000000f',
    sub: 'made-up-subject',
    upn: 'jane@example.com',
    email: 'jane@example.com',
    name: 'Jane Roe',
    groups: [],
    entraGroups: [],
    roles: [],
    claims: {},
  },
  method: METHOD,
  service: { type: 'file-browser', path: '/' },
  request: { address: '192.0.2.1', userAgent: 'made-up/1.0', path: '/' },
  tokens: [],
  shared: {},
} as const satisfies JsonObject;

const { id, method, service, request, principal, tokens } = SIGN_IN;

/** What `authenticate` is told where a fixture says nothing else. */
const CREDENTIALS: JsonObject = {
  id,
  username: 'jane',
  password: 'made-up-password',
  method: { ...METHOD, type: 'extension' },
  service,
  request,
};

const REFUSED: JsonObject = {
  ...SIGN_IN,
  code: 'SIGN_IN_DENIED',
  denial: null,
  message: null,
  reason: null,
};

/** What hooks of events are told, by name; all others are work that an extension left for itself. */
const EVENTS: { readonly [name: string]: JsonObject } = {
  'signIn.succeeded': SIGN_IN,
  'signIn.denied': REFUSED,
  'signIn.failed': { ...REFUSED, code: 'SIGN_IN_EXTENSION_FAILED' },
  'session.ended': {
    id,
    principal,
    method,
    service,
    request,
    tokens,
    reason: 'sign_out',
    since: 0,
  },
};

const WORK: JsonObject = { payload: null, signIn: { id, method, service }, principal };

/** What the hook of a fixture is told: what the fixture says, and the rest made up. */
export function toldBy({
  hook,
  name,
  event,
  at,
}: Pick<Fixture, 'hook' | 'name' | 'event' | 'at'>): JsonObject {
  const now = at === undefined ? Date.now() : Date.parse(at);
  const samples: { readonly [hook in FixtureHook]: JsonObject } = {
    authenticate: CREDENTIALS,
    decide: SIGN_IN,
    enrich: SIGN_IN,
    event: { ...(EVENTS[name ?? ''] ?? WORK), name: name ?? '', at: now },
    schedule: { at: now },
  };
  return fill(samples[hook], event);
}

/** Objects are filled member by member; anything else is what was given. */
function fill(sample: JsonObject, given: JsonObject): JsonObject {
  const members = Object.entries(given).map(([name, value]) => [
    name,
    isObject(value) && isObject(sample[name]) ? fill(sample[name], value) : value,
  ]);
  return { ...sample, ...Object.fromEntries(members) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
