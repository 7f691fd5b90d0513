/**
 * `URL` and `URLSearchParams`: the reference implementation. Internationalized host names are mapped by the runner,
 * which has ICU; the build puts `url-idna.ts` in the place of that library's own tables.
 */
import urlencoded from 'whatwg-url/lib/urlencoded.js';
import wrapper from 'whatwg-url/webidl2js-wrapper.js';
import { brands } from './brands.ts';
import { latin1FromBytes } from './latin1.ts';
import { NativeTypeError, SafePromise } from './primordials.ts';
import { host } from './services.ts';
import { hooks } from './url-hooks.ts';
import { decodeUtf8WithBom, encodeUtf8 } from './utf8.ts';
import { adoptInterfaces } from './webidl.ts';

hooks.toASCII = (domain) => host.callSync('idna.toASCII', domain) as string | null;
hooks.encodeUtf8 = encodeUtf8;
hooks.decodeUtf8 = decodeUtf8WithBom;

/** What the library takes for the global object of the realm. */
const realm: {
  URL?: typeof globalThis.URL;
  URLSearchParams?: typeof globalThis.URLSearchParams;
  readonly [name: string]: unknown;
} = { Array, Object, Promise: SafePromise, String, TypeError: NativeTypeError };
wrapper.URL.install(realm, ['Window']);
wrapper.URLSearchParams.install(realm, ['Window']);

export type URL = globalThis.URL;
export const URL: typeof globalThis.URL = realm.URL!;
export type URLSearchParams = globalThis.URLSearchParams;
export const URLSearchParams: typeof globalThis.URLSearchParams = realm.URLSearchParams!;

adoptInterfaces({ URL, URLSearchParams });

function percentEncode(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16)}`;
}

/** Reads an `application/x-www-form-urlencoded` body. */
export function parseForm(bytes: Uint8Array): [string, string][] {
  return urlencoded.parseUrlencodedString(
    latin1FromBytes(bytes).replace(/[\x80-\xff]/g, percentEncode),
  );
}

/** The serialization of an object that `brands` knows. */
export function serializeParams(params: URLSearchParams): string {
  return wrapper.URLSearchParams.convert(realm, params).toString();
}

brands.isURLSearchParams = (value): value is URLSearchParams => wrapper.URLSearchParams.is(value);

/** The serialization of an absolute URL, or null when the text is none. */
export function normalizeUrl(text: string): { href: string; credentials: boolean } | null {
  const url = URL.parse(text);
  if (url === null) return null;
  return { href: url.href, credentials: url.username !== '' || url.password !== '' };
}
