import type { AuthenticationConfig, Config } from '../config/config.ts';
import { CLOUDS } from '../config/values/cloud.ts';

const loginOf = ({ authority, cloud }: AuthenticationConfig): string =>
  authority?.login ?? CLOUDS[cloud].login;

/** Origins of the tenants' login hosts, each once. */
export function loginOrigins({ authentications }: Config): readonly string[] {
  return [...new Set(authentications.map(loginOf))];
}

/** Those at which signing out here ends a session, too. */
export function signOutOrigins({ authentications }: Config): readonly string[] {
  const methods = authentications.filter(({ logout }) => logout === 'entra');
  return [...new Set(methods.map(loginOf))];
}
