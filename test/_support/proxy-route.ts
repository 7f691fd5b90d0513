import type { ProxyServerConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import type { HttpRequest } from '../../src/net/http.ts';
import type { NetError } from '../../src/net/net-error.ts';
import type { Route } from '../../src/net/route.ts';

/** The route by one proxy on loopback. */
export function through(
  kind: ProxyServerConfig['kind'],
  port: number,
  more: Partial<Route> & { readonly credentials?: readonly [string, string] } = {},
): Route {
  const { credentials, ...route } = more;
  return {
    proxy: {
      kind,
      host: '127.0.0.1',
      port,
      credentials: credentials
        ? { username: new Secret(credentials[0]), password: new Secret(credentials[1]) }
        : null,
    },
    ca: [],
    addresses: 'any',
    ...route,
  };
}

/** A GET with room enough, but for what a test says. */
export function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, maxBytes: 100_000, timeoutMs: 5_000, ...more };
}

/** The error that a request ends with. */
export async function failureOf(exchange: Promise<unknown>): Promise<NetError> {
  try {
    await exchange;
  } catch (error) {
    return error as NetError;
  }
  throw new Error('it did not fail');
}

/** Waits until something is so. */
export async function until(isSo: () => boolean, what = 'it'): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not come`);
}
