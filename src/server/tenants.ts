import type { Config, EntraIdConfig } from '../config/config.ts';
import { CLOUDS } from '../config/values/cloud.ts';

/** The methods that sign in at a tenant, in order. */
export const tenantsOf = ({ authentications }: Config): readonly EntraIdConfig[] =>
  authentications.filter((method) => method.type === 'entra-id');

/** What is to be registered at the tenant of a method, and is sent there, byte for byte. */
export const redirectUriOf = (
  { server }: Pick<Config, 'server'>,
  { id }: Pick<EntraIdConfig, 'id'>,
): string => `${server.publicUrl}/?redirect-${id}`;

const loginOf = ({ authority, cloud }: EntraIdConfig): string =>
  authority?.login ?? CLOUDS[cloud].login;

/** Origins of the tenants' login hosts, each once. */
export function loginOrigins(config: Config): readonly string[] {
  return [...new Set(tenantsOf(config).map(loginOf))];
}

/** Those at which signing out here ends a session, too. */
export function signOutOrigins(config: Config): readonly string[] {
  const methods = tenantsOf(config).filter(({ logout }) => logout === 'entra');
  return [...new Set(methods.map(loginOf))];
}
