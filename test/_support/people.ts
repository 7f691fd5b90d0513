import type {
  EntraIdConfig,
  ExtensionMethodConfig,
  GroupConfig,
  RoleConfig,
  ServiceConfig,
} from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import type { TokenSet } from '../../src/entra/identity.ts';
import type { SessionPrincipal } from '../../src/session/session.ts';
import type { NewSession } from '../../src/session/sessions.ts';
import { ENTRA_ID } from './entra-id-config.ts';

/** Id of the method that `method()` describes. */
export const METHOD = '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11';
/** Its tenant. */
export const TENANT = '8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10';
/** Object id of Ada, who signs in in most tests. */
export const ADA = 'c3d7e1a0-1b2c-4d3e-8f90-a1b2c3d4e5f6';

/** One service of each type, at the paths of the documentation. */
export const FILES: ServiceConfig = {
  type: 'file-browser',
  path: '/',
  authentications: [],
  hosts: [],
};
export const CONSOLE: ServiceConfig = {
  type: 'management-console',
  path: '/console',
  authentications: [METHOD],
  hosts: [],
};
export const FORWARD: ServiceConfig = {
  type: 'forward-auth',
  path: '/auth',
  authentications: [],
  hosts: [],
};

/** A method as the configuration has it. */
export function method(more: Partial<EntraIdConfig> = {}): EntraIdConfig {
  return { ...ENTRA_ID, id: METHOD, directoryId: TENANT, ...more };
}

/** A method that asks an extension about a username and a password. */
export const PARTNERS: ExtensionMethodConfig = {
  type: 'extension',
  id: 'partner',
  name: 'Partners',
  description: '',
  extension: 'partner-login',
  baseGroups: [],
  baseRoles: [],
  removeUsernameSuffix: [],
  proxy: { kind: 'direct' },
  tlsTrustedCertificates: [],
};

/** A group as the configuration has it. */
export const groupOf = (id: string, name: string, enabled = true): GroupConfig => ({
  id,
  name,
  entraGroupId: null,
  enabled,
  description: '',
  homeFolderPath: null,
  permissions: [],
});

/** A role likewise. */
export const roleOf = (id: string, name: string, enabled = true): RoleConfig => ({
  id,
  name,
  enabled,
  description: '',
  permissions: [],
});

/** Ada, after `enrich`. */
export function principal(more: Partial<SessionPrincipal> = {}): SessionPrincipal {
  return {
    username: 'ada',
    oid: ADA,
    tid: TENANT,
    sub: 'pairwise-subject-of-ada',
    upn: 'ada@contoso.example',
    email: 'ada.lovelace@contoso.example',
    name: 'Ada Lovelace',
    groups: [{ id: '11111111-1111-4111-8111-111111111111', name: 'Staff' }],
    entraGroups: [{ oid: '22222222-2222-4222-8222-222222222222', name: 'Engineers' }],
    roles: [],
    claims: {},
    home: null,
    headers: {},
    ...more,
  };
}

/** What the tenant gave for Ada: one token, and one to refresh. */
export function tokenSet(expiresAt: number): TokenSet {
  return {
    accessTokens: [
      {
        resource: 'https://graph.microsoft.com',
        token: new Secret('planted-access-token'),
        scopes: ['User.Read'],
        refreshAt: expiresAt - 600_000,
        expiresAt,
      },
    ],
    refreshToken: new Secret('planted-refresh-token'),
  };
}

/** A sign-in of Ada that ended well. */
export function newSession(more: Partial<NewSession> = {}): NewSession {
  return {
    signIn: 'sign-in-1',
    service: FILES,
    method: METHOD,
    principal: principal(),
    sid: '0b1c2d3e-0000-4000-8000-000000000001',
    tokens: [],
    address: '203.0.113.7',
    userAgent: 'test',
    tokenSet: null,
    ...more,
  };
}
