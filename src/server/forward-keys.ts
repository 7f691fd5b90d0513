import type { Parts } from './parts.ts';
import { giveJson } from './respond.ts';
import type { Route } from './route.ts';

/** The public keys of the identity that applications get, as a JSON Web Key Set (RFC 7517 section 5). */
export function keysRoute(path: string, { identity }: Parts): Route {
  return {
    name: 'forward-auth-keys',
    method: 'GET',
    path,
    access: 'public',
    handle: async () => giveJson(identity.keys, { 'cache-control': 'public, max-age=300' }),
  };
}
