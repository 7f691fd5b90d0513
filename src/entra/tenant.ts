import type { EntraIdConfig } from '../config/config.ts';
import { CLOUDS } from '../config/values/cloud.ts';
import { EntraSetupError } from './entra-error.ts';
import { isGuid } from './guid.ts';

/** The one tenant whose people may sign in by a method. */
export interface Tenant {
  /** As configured: a GUID, or a verified domain name whose GUID discovery tells. */
  readonly directory: string;
  readonly login: string;
  readonly graph: string;
  /** `iss` of tokens of version 1.0, which are refused with a hint. */
  issuerOfVersionOne(tenantId: string): string;
  /** Where the discovery document is. */
  readonly metadataUrl: string;
  /** Origins at which a discovery document may name endpoints; Graph's only for userinfo. */
  readonly userinfoOrigins: readonly string[];
  /** The tenant's GUID by its issuer; undefined when it is no issuer that this tenant can have. */
  readTenantId(issuer: string): string | undefined;
  /** `iss` of the ID tokens of a tenant. */
  issuer(tenantId: string): string;
}

/** Directories that hold more than one tenant; the last is the tenant of all personal accounts. */
const SHARED = new Set([
  'common',
  'organizations',
  'consumers',
  '9188040d-6c67-4c5b-b112-36a304b66dad',
]);

/**
 * The tenant of a method. An emulator replaces the login host; Graph keeps its name, which only `net/` maps.
 *
 * @throws {EntraSetupError} `ENTRA_TENANT_REFUSED` when `directory_id` names more than one tenant.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 */
export function createTenant(config: EntraIdConfig): Tenant {
  const directory = config.directoryId.toLowerCase();
  if (SHARED.has(directory)) throw sharedDirectory(directory);
  const { graph, sts, ...cloud } = CLOUDS[config.cloud];
  const login = config.authority?.login ?? cloud.login;
  const mapped = config.authority?.map[graph];
  const issuer = (tenantId: string): string => `${login}/${tenantId}/v2.0`;
  return {
    directory,
    login,
    graph,
    issuerOfVersionOne: (tenantId) => `${sts}/${tenantId}/`,
    metadataUrl: `${login}/${encodeURIComponent(directory)}/v2.0/.well-known/openid-configuration`,
    userinfoOrigins: mapped === undefined ? [login, graph] : [login, graph, mapped],
    issuer,
    readTenantId: (text) => {
      const tenantId = text.slice(login.length + 1).split('/', 1)[0];
      if (!isGuid(tenantId) || text !== issuer(tenantId)) return undefined;
      return isGuid(directory) && directory !== tenantId ? undefined : tenantId;
    },
  };
}

function sharedDirectory(directory: string): EntraSetupError {
  return new EntraSetupError(
    'ENTRA_TENANT_REFUSED',
    `directory_id ${directory} is not one tenant`,
    {
      actor: 'operator',
      next: 'Set directory_id to the tenant id that the overview page of the Entra portal shows.',
    },
  );
}
