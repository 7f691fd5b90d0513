import type { ServiceConfig } from '../config/config.ts';

/** Paths of the gateway's own. `__chsps__` is reserved: it never meets the name of a file. */
export const SIGN_IN = '/__chsps__/login';
export const SIGN_OUT = '/__chsps__/logout';

/** A page of the gateway with its query. */
export function address(path: string, query: { readonly [name: string]: string }): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The sign-in page of a service. `returnTo` was checked by `safeReturnTo`. */
export function signInAddress({ path }: ServiceConfig, returnTo: string): string {
  return address(SIGN_IN, { service: path, returnTo });
}

/** The link that begins a sign-in by one method. */
export function startAddress({ path }: ServiceConfig, method: string, returnTo: string): string {
  return address(SIGN_IN, { method, service: path, returnTo });
}

/** A path below the one of a service. */
export function below({ path }: ServiceConfig, name: string): string {
  return `${path === '/' ? '' : path}/${name}`;
}
