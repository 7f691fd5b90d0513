import type { Json, JsonObject } from '../../../sandbox/contract.ts';
import type { Fixture, FixtureHook } from './fixture.ts';

/** Somebody who signs in, where a fixture says nothing else: the same one each time. */
const SIGN_IN: JsonObject = {
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
  method: { id: 'made-up-method', type: 'entra-id', name: 'Made up' },
  service: { type: 'file-browser', path: '/' },
  request: { address: '192.0.2.1', userAgent: 'made-up/1.0', path: '/' },
  tokens: [],
  shared: {},
};

/** What each hook is told where a fixture says nothing else. */
const SAMPLES: { readonly [hook in FixtureHook]: JsonObject } = {
  authenticate: {
    ...SIGN_IN,
    principal: null,
    credentials: { username: 'jane', password: 'made-up-password' },
  },
  decide: SIGN_IN,
  enrich: SIGN_IN,
  event: SIGN_IN,
  schedule: {},
};

/** What the hook of a fixture is told: what the fixture says, and the rest made up. */
export function toldBy({ hook, event }: Pick<Fixture, 'hook' | 'event'>): JsonObject {
  return fill(SAMPLES[hook], event);
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
