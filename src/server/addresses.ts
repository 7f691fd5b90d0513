import type { ServiceConfig } from '../config/config.ts';

/** Paths of the gateway's own. `__chsps__` is reserved: it never meets the name of a file. */
export const SIGN_IN = '/__chsps__/login';
export const SIGN_OUT = '/__chsps__/logout';
const PHOTO = '/__chsps__/photo/';

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

/** Where the photo of the person is who is signed in at a service. */
export const photoAddress = ({ type }: Pick<ServiceConfig, 'type'>): string => `${PHOTO}${type}`;

/** A path below the one of a service. */
export function below({ path }: ServiceConfig, name: string): string {
  return `${path === '/' ? '' : path}/${name}`;
}
