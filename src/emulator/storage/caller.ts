import type { Reply } from '../http/reply.ts';
import { type EmulatorRequest, headerOf } from '../http/request.ts';
import type { StorageAccount } from '../tenant/storage-account.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { readAccessToken } from '../tokens/read-access-token.ts';
import type { Claims } from '../tokens/sign.ts';
import type { World } from '../world.ts';
import { storageError, type StorageErrorDetails } from './errors.ts';

/** One call of the Blob service by a caller who is known. */
export interface StorageCall {
  readonly world: World;
  readonly request: EmulatorRequest;
  readonly tenant: Tenant;
  readonly account: StorageAccount;
  /** Object ids that roles are looked up by: the caller, and the groups of a person. */
  readonly identities: readonly string[];
}

/** First version of the service that takes tokens of Entra. */
const FIRST_VERSION = '2017-11-09';

/**
 * Checks the request: a bearer token for Storage, of the tenant of the account, and a version that knows bearer tokens.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
 */
export async function authenticateStorage(
  world: World,
  request: EmulatorRequest,
  tenant: Tenant,
  account: StorageAccount,
): Promise<StorageCall | Reply> {
  const header = headerOf(request, 'authorization');
  if (header === undefined)
    return storageError(world, request, 'NoAuthenticationInformation', challenge(world, tenant));
  const token = /^bearer\s+(\S+)$/i.exec(header)?.[1];
  if (token === undefined)
    return refuseToken(world, request, tenant, 'Authentication scheme is not supported.');
  const version = headerOf(request, 'x-ms-version');
  if (version === undefined || version < FIRST_VERSION)
    return refuseVersion(world, request, tenant);
  const claims = await readAccessToken(world, token);
  if (claims === undefined) {
    return refuseToken(
      world,
      request,
      tenant,
      'Signature validation failed. Signature verification failed.',
    );
  }
  const detail = faultOf(world, tenant, account, claims);
  if (detail !== undefined) return refuseToken(world, request, tenant, detail);
  return identify(world, request, tenant, account, claims);
}

const challenge = (world: World, tenant: Tenant): StorageErrorDetails => ({
  headers: {
    'WWW-Authenticate': `Bearer authorization_uri=${world.addresses.login}/${tenant.id}/oauth2/authorize resource_id=https://storage.azure.com`,
  },
});

const refuseToken = (
  world: World,
  request: EmulatorRequest,
  tenant: Tenant,
  detail: string,
): Reply =>
  storageError(world, request, 'InvalidAuthenticationInfo', {
    ...challenge(world, tenant),
    elements: { AuthenticationErrorDetail: detail },
  });

const refuseVersion = (world: World, request: EmulatorRequest, tenant: Tenant): Reply =>
  tenant.variants.storageVersionMissing === 'MissingRequiredHeader'
    ? storageError(world, request, 'MissingRequiredHeader', {
        elements: { HeaderName: 'x-ms-version' },
      })
    : refuseToken(
        world,
        request,
        tenant,
        'Authentication scheme Bearer is not supported in this version.',
      );

/** What is wrong with the token, in the words of the service. */
function faultOf(
  world: World,
  tenant: Tenant,
  account: StorageAccount,
  claims: Claims,
): string | undefined {
  const audience = String(claims['aud']).replace(/\/$/, '');
  const accepted = [
    'https://storage.azure.com',
    `https://${account.name}.${world.cloud.blobSuffix}`,
  ];
  if (!accepted.includes(audience)) return 'Audience validation failed. Audience did not match.';
  if (claims['iss'] !== `${world.cloud.sts}/${tenant.id}/`)
    return 'Issuer validation failed. Issuer did not match.';
  const now = world.time.seconds();
  if (Number(claims['exp']) <= now) return 'Lifetime validation failed. The token is expired.';
  if (Number(claims['nbf']) > now) return 'Lifetime validation failed. The token is not yet valid.';
  return undefined;
}

function identify(
  world: World,
  request: EmulatorRequest,
  tenant: Tenant,
  account: StorageAccount,
  claims: Claims,
): StorageCall {
  const oid = String(claims['oid']);
  request.notes.client = String(claims['appid']);
  request.notes.tenant = tenant.id;
  request.notes.person = claims['idtyp'] === 'app' ? null : oid;
  const groups = tenant.directory.membershipsOf(oid, true).map(({ id }) => id);
  return { world, request, tenant, account, identities: [oid, ...groups] };
}

/** True when one of the caller's identities has the role. */
export const mayWrite = ({ account, identities }: StorageCall): boolean =>
  account.contributors === 'everyone' || identities.some((id) => account.contributors.includes(id));

/** Contributors may read too. */
export const mayRead = (call: StorageCall): boolean =>
  mayWrite(call) ||
  call.account.readers === 'everyone' ||
  call.identities.some((id) => call.account.readers.includes(id));
