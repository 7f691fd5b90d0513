import type { Config } from '../config/config.ts';

/** The login host of the public cloud. */
const PUBLIC_CLOUD = 'https://login.microsoftonline.com';

/** Origins of the tenants' login hosts, each once. */
export function loginOrigins({ authentications }: Config): readonly string[] {
  return [...new Set(authentications.map(({ authority }) => authority?.login ?? PUBLIC_CLOUD))];
}
