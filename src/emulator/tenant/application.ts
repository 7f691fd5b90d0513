import { EntradaError } from '../../errors.ts';
import type { ApplicationSeed, Platform } from '../seed.ts';
import { stableGuid } from '../stable-id.ts';
import {
  type ClientCertificate,
  type ClientSecret,
  createFederatedCredential,
  createSecret,
  type FederatedCredential,
  readCertificate,
} from './credentials.ts';

export interface RedirectUri {
  /** Byte for byte. */
  readonly uri: string;
  readonly platform: Platform;
}

export interface ExposedScope {
  readonly value: string;
  readonly adminConsent: boolean;
}

export interface ExposedApi {
  readonly identifierUris: readonly string[];
  readonly scopes: readonly ExposedScope[];
  readonly appRoles: readonly string[];
  readonly tokenVersion: 1 | 2;
}

/** An app registration and its enterprise application. Members can be changed while the emulator runs. */
export interface Application {
  readonly appId: string;
  /** Object id of the service principal. */
  readonly objectId: string;
  displayName: string;
  redirectUris: readonly RedirectUri[];
  secrets: readonly ClientSecret[];
  certificates: readonly ClientCertificate[];
  federatedCredentials: readonly FederatedCredential[];
  implicitIdTokens: boolean;
  implicitAccessTokens: boolean;
  publicClient: boolean;
  signInAudience: 'AzureADMyOrg' | 'AzureADMultipleOrgs';
  logoutUrl: string | null;
  enabled: boolean;
  assignmentRequired: boolean;
  /** Object ids of people and groups. */
  assigned: readonly string[];
  permissions: readonly string[];
  applicationPermissions: readonly string[];
  optionalIdTokenClaims: readonly string[];
  optionalAccessTokenClaims: readonly string[];
  groupClaims: 'None' | 'SecurityGroup' | 'All';
  /** Object id of a person or group to role values. */
  roleAssignments: ReadonlyMap<string, readonly string[]>;
  api: ExposedApi | null;
  ownSigningKey: boolean;
}

/** What turns names of a seed into object ids, and knows when the emulator started. */
export interface SeedContext {
  readonly tenantId: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly now: number;
  /** Object id of a person or group. */
  readonly resolve: (name: string) => string;
}

const DEFAULT_NAME = 'Entrada';

/** The application id of a seed, made from the name where it says none. */
export const applicationIdOf = (
  { appId, displayName = DEFAULT_NAME }: ApplicationSeed,
  tenantId: string,
): string => (appId ?? stableGuid('app', tenantId, displayName)).toLowerCase();

/** The object id of an application's service principal. */
export const servicePrincipalOf = (appId: string, tenantId: string): string =>
  stableGuid('service-principal', tenantId, appId);

/** The application that a seed describes. */
export function createApplication(seed: ApplicationSeed, context: SeedContext): Application {
  const appId = applicationIdOf(seed, context.tenantId);
  return {
    appId,
    objectId: servicePrincipalOf(appId, context.tenantId),
    displayName: seed.displayName ?? DEFAULT_NAME,
    ...platforms(seed),
    ...credentials(seed, context),
    ...access(seed, context),
    ...claims(seed),
    api: seed.api === undefined ? null : exposedApi(seed.api, appId),
    ownSigningKey: seed.ownSigningKey ?? false,
  };
}

type Platforms = Pick<
  Application,
  | 'redirectUris'
  | 'implicitIdTokens'
  | 'implicitAccessTokens'
  | 'publicClient'
  | 'signInAudience'
  | 'logoutUrl'
>;

const platforms = (seed: ApplicationSeed): Platforms => ({
  redirectUris: (seed.redirectUris ?? []).map((entry) =>
    typeof entry === 'string' ? { uri: entry, platform: 'web' } : entry,
  ),
  implicitIdTokens: seed.implicit?.idTokens ?? false,
  implicitAccessTokens: seed.implicit?.accessTokens ?? false,
  publicClient: seed.publicClient ?? false,
  signInAudience: seed.signInAudience ?? 'AzureADMyOrg',
  logoutUrl: readLogoutUrl(seed.logoutUrl ?? null),
});

/**
 * A front-channel logout URL, which browsers load in a frame.
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for a text that is no web address.
 */
export function readLogoutUrl(url: string | null): string | null {
  if (url === null || (/^https?:\/\//i.test(url) && URL.canParse(url))) return url;
  throw new EntradaError('EMULATOR_SEED_INVALID', `"${url}" is no front-channel logout URL.`, {
    next: 'Give the whole address, as in https://files.example.com/logout.',
  });
}

type Credentials = Pick<Application, 'secrets' | 'certificates' | 'federatedCredentials'>;

const credentials = (seed: ApplicationSeed, { now }: SeedContext): Credentials => ({
  secrets: (seed.secrets ?? []).map((secret) => createSecret(secret, now)),
  certificates: (seed.certificates ?? []).map(readCertificate),
  federatedCredentials: (seed.federatedCredentials ?? []).map(createFederatedCredential),
});

type Access = Pick<
  Application,
  | 'enabled'
  | 'assignmentRequired'
  | 'assigned'
  | 'permissions'
  | 'applicationPermissions'
  | 'roleAssignments'
>;

const access = (seed: ApplicationSeed, { resolve }: SeedContext): Access => ({
  enabled: seed.enabled ?? true,
  assignmentRequired: seed.assignmentRequired ?? false,
  assigned: (seed.assigned ?? []).map(resolve),
  permissions: seed.permissions ?? [],
  applicationPermissions: seed.applicationPermissions ?? [],
  roleAssignments: new Map(
    Object.entries(seed.roleAssignments ?? {}).map(([name, roles]) => [resolve(name), roles]),
  ),
});

type Claims = Pick<
  Application,
  'optionalIdTokenClaims' | 'optionalAccessTokenClaims' | 'groupClaims'
>;

const claims = (seed: ApplicationSeed): Claims => ({
  optionalIdTokenClaims: seed.optionalClaims?.idToken ?? [],
  optionalAccessTokenClaims: seed.optionalClaims?.accessToken ?? [],
  groupClaims: seed.groupClaims ?? 'None',
});

const exposedApi = (seed: NonNullable<ApplicationSeed['api']>, appId: string): ExposedApi => ({
  identifierUris: seed.identifierUris ?? [`api://${appId}`],
  scopes: (seed.scopes ?? []).map((scope) =>
    typeof scope === 'string' ? { value: scope, adminConsent: false } : scope,
  ),
  appRoles: seed.appRoles ?? [],
  tokenVersion: seed.tokenVersion ?? 2,
});
