import type { Cloud } from './clouds.ts';
import type { Tenant } from './tenant/tenant.ts';

/** A delegated permission of a resource. */
export interface ScopeEntry {
  /** True: only an administrator can consent. */
  readonly adminConsent: boolean;
  /** What the consent page says. */
  readonly about: string;
}

/** An API that tokens are for. */
export interface Resource {
  /** Application id (GUID). */
  readonly appId: string;
  readonly name: string;
  /** Identifier URIs without a trailing slash; the first is the usual one. */
  readonly identifiers: readonly string[];
  readonly kind: 'graph' | 'storage' | 'api';
  readonly scopes: { readonly [value: string]: ScopeEntry };
  /** Values of application permissions; null: any is accepted. */
  readonly appRoles: readonly string[] | null;
  readonly tokenVersion: 1 | 2;
}

const user = (about: string): ScopeEntry => ({ adminConsent: false, about });
const admin = (about: string): ScopeEntry => ({ adminConsent: true, about });

/**
 * Delegated permissions of Microsoft Graph that the emulator knows, with what Microsoft says of administrator consent.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference
 */
const GRAPH_SCOPES: { readonly [value: string]: ScopeEntry } = {
  openid: user('Sign you in'),
  profile: user('View your basic profile'),
  email: user('View your email address'),
  offline_access: user('Maintain access to data you have given it access to'),
  'User.Read': user('Sign you in and read your profile'),
  'User.ReadWrite': user('Read and update your profile'),
  'User.ReadBasic.All': user("Read all users' basic profiles"),
  'User.Read.All': admin("Read all users' full profiles"),
  'User.ReadWrite.All': admin("Read and write all users' full profiles"),
  'GroupMember.Read.All': admin('Read group memberships'),
  'Group.Read.All': admin('Read all groups'),
  'Group.ReadWrite.All': admin('Read and write all groups'),
  'Directory.Read.All': admin('Read directory data'),
  'Directory.ReadWrite.All': admin('Read and write directory data'),
  'Directory.AccessAsUser.All': admin('Access the directory as you'),
  'Organization.Read.All': admin('Read organization information'),
  'Files.Read': user('Read your files'),
  'Files.Read.All': user('Read all files that you have access to'),
  'Files.ReadWrite': user('Have full access to your files'),
  'Files.ReadWrite.All': user('Have full access to all files you have access to'),
  'Sites.Read.All': user('Read items in all site collections'),
  'Sites.ReadWrite.All': user('Edit or delete items in all site collections'),
  'Mail.Read': user('Read your mail'),
  'Mail.ReadWrite': user('Read and write access to your mail'),
  'Mail.Send': user('Send mail as you'),
  'Calendars.Read': user('Read your calendars'),
  'Calendars.ReadWrite': user('Have full access to your calendars'),
  'Contacts.Read': user('Read your contacts'),
  'People.Read': user('Read your relevant people list'),
  'Presence.Read': user('Read your presence information'),
  'Presence.Read.All': user('Read presence information of all users in your organization'),
  'Chat.Read': user('Read your chat messages'),
  'ChannelMessage.Send': user('Send channel messages'),
  'Team.ReadBasic.All': user('Read the names and descriptions of teams'),
};

const IMPERSONATION = (name: string): Resource['scopes'] => ({
  user_impersonation: user(`Access ${name} as you`),
});

/** Scopes of OpenID Connect itself: asked of any resource, kept at Graph. */
export const OIDC_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

/** Microsoft Graph of a cloud. */
export const graphResource = (cloud: Cloud): Resource => ({
  appId: '00000003-0000-0000-c000-000000000000',
  name: 'Microsoft Graph',
  identifiers: [cloud.graph],
  kind: 'graph',
  scopes: GRAPH_SCOPES,
  appRoles: null,
  tokenVersion: 1,
});

/**
 * Azure Storage: one identifier for all accounts, and one for each account.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory
 */
const storageResource = (cloud: Cloud, tenant: Tenant): Resource => ({
  appId: 'e406a681-f3d4-42a8-90b6-c2b029497af1',
  name: 'Azure Storage',
  identifiers: [
    'https://storage.azure.com',
    ...tenant.storage.map(({ name }) => `https://${name}.${cloud.blobSuffix}`),
  ],
  kind: 'storage',
  scopes: IMPERSONATION('Azure Storage'),
  appRoles: [],
  tokenVersion: 1,
});

const managementResource = (cloud: Cloud): Resource => ({
  appId: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
  name: 'Azure Service Management',
  identifiers: cloud.management,
  kind: 'api',
  scopes: IMPERSONATION('Azure Service Management'),
  appRoles: [],
  tokenVersion: 1,
});

const vaultResource = (cloud: Cloud): Resource => ({
  appId: 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093',
  name: 'Azure Key Vault',
  identifiers: [cloud.vault],
  kind: 'api',
  scopes: IMPERSONATION('Azure Key Vault'),
  appRoles: [],
  tokenVersion: 1,
});

/** All that tokens of a tenant can be for: Microsoft's resources and the tenant's own APIs. */
export function resourcesOf(cloud: Cloud, tenant: Tenant): readonly Resource[] {
  return [
    graphResource(cloud),
    storageResource(cloud, tenant),
    managementResource(cloud),
    vaultResource(cloud),
    ...exposedApis(tenant),
  ];
}

const exposedApis = (tenant: Tenant): readonly Resource[] =>
  [...tenant.applications.values()].flatMap(({ appId, displayName, api }) =>
    api === null
      ? []
      : {
          appId,
          name: displayName,
          identifiers: api.identifierUris,
          kind: 'api' as const,
          scopes: Object.fromEntries(
            api.scopes.map(({ value, adminConsent }) => [
              value,
              { adminConsent, about: `Access ${displayName}: ${value}` },
            ]),
          ),
          appRoles: api.appRoles,
          tokenVersion: api.tokenVersion,
        },
  );

/** The resource that an identifier names: a URI, with or without a slash at its end, or the application id. */
export function findResource(
  resources: readonly Resource[],
  identifier: string,
): Resource | undefined {
  const wanted = identifier.replace(/\/$/, '').toLowerCase();
  return resources.find(
    ({ appId, identifiers }) =>
      appId === wanted || identifiers.some((uri) => uri.toLowerCase() === wanted),
  );
}
