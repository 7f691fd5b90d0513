import type { Config } from '../config/config.ts';
import { redirectMethodOf } from './callback.ts';
import type { Route } from './route.ts';

/** The methods that an address answers to, for `Allow`; none for an address that is nothing. */
export function methodsAt(
  target: string,
  routes: readonly Route[],
  { authentications }: Config,
): readonly string[] {
  const redirect = redirectMethodOf(target);
  if (redirect !== undefined && !authentications.some(({ id }) => id === redirect)) return [];
  const [path] = target.split('?', 1);
  const here = routes.filter((route) => route.path === path);
  return here
    .filter(({ onRedirectUri = false }) => onRedirectUri === (redirect !== undefined))
    .map(({ method }) => method);
}
