import { randomUUID } from 'node:crypto';

import type { JsonObject, Principal, SignIn, TokenMetadata } from '../../sandbox/contract.ts';

/** A sign-in as a test makes it up: what an extension is told, without what the runner adds. */
export type MadeUpSignIn = Omit<
  SignIn,
  'invocation' | 'attempt' | 'idempotencyKey' | 'deadline' | 'shared'
> & {
  /** What extensions before this one shared, by `extension-name.key`. */
  readonly shared?: JsonObject;
};

/** What a test may say of a made-up sign-in; all else is filled in. */
export interface MadeUp extends Partial<Omit<Principal, 'groups' | 'roles' | 'entraGroups'>> {
  /** Names of Entrada's groups; their ids are made up. */
  readonly groups?: readonly string[];
  /** Names of Entrada's roles. */
  readonly roles?: readonly string[];
  /** Names of Entra's groups. */
  readonly entraGroups?: readonly string[];
  readonly service?: MadeUpSignIn['service'];
  readonly method?: Partial<MadeUpSignIn['method']>;
  readonly request?: Partial<MadeUpSignIn['request']>;
  readonly tokens?: readonly TokenMetadata[];
  readonly shared?: JsonObject;
}

/** Makes up a sign-in, of a person who is called Jane unless the test says otherwise. */
export function madeUpSignIn(given: MadeUp = {}): MadeUpSignIn {
  const { groups, roles, entraGroups, service, method, request, tokens, shared, ...principal } =
    given;
  return {
    id: randomUUID(),
    principal: {
      ...personNamed(given.username ?? 'jane'),
      ...principal,
      groups: (groups ?? []).map((name, index) => ({ id: `group-${index + 1}`, name })),
      roles: (roles ?? []).map((name, index) => ({ id: `role-${index + 1}`, name })),
      entraGroups: (entraGroups ?? []).map((name) => ({ oid: randomUUID(), name })),
    },
    method: { id: 'made-up-method', type: 'entra-id', name: 'Made up', ...method },
    service: service ?? { type: 'file-browser', path: '/' },
    request: { address: '192.0.2.1', userAgent: 'made-up/1.0', path: '/', ...request },
    tokens: tokens ?? [],
    ...(shared && { shared }),
  };
}

function personNamed(username: string): Omit<Principal, 'groups' | 'roles' | 'entraGroups'> {
  return {
    username,
    oid: '3d0ea5c4-0000-4000-8000-000000000001',
    tid: '3d0ea5c4-0000-4000-8000-00000000000f',
    sub: 'made-up-subject',
    upn: `${username}@example.com`,
    email: `${username}@example.com`,
    name: username === 'jane' ? 'Jane Roe' : username,
    claims: {},
  };
}
