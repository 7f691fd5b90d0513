import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';

import { isPublicAddress, refusedAddress } from './address-guard.ts';
import { createDispatcher, type Route } from './dispatcher.ts';
import { exchange } from './exchange.ts';
import type { HttpClient } from './http.ts';

/** Where requests to an origin really go; from `authority.map` of an emulator. */
export type OriginMap = { readonly [origin: string]: string };

/**
 * All ways out of the gateway. Equal routes share one dispatcher, so that a proxy that is configured cannot be bypassed by
 * a client made elsewhere, and its connections are used again.
 */
export class Net implements AsyncDisposable {
  readonly #dispatchers = new Map<string, Dispatcher>();
  readonly #create: (route: Route) => Dispatcher;

  /** @param create For tests of this class alone. */
  constructor(create: (route: Route) => Dispatcher = createDispatcher) {
    this.#create = create;
  }

  /**
   * A client for one route. Origins in `map` are reached at their loopback origin: whoever authorises a request has
   * authorised the original origin, and only the connection goes elsewhere.
   */
  client(route: Route, map: OriginMap = {}): HttpClient {
    const targets = new Map(Object.entries(map));
    return async (request) => {
      const url = new URL(request.url);
      const target = targets.get(url.origin);
      if (target === undefined) {
        refuseLiteral(url, route);
        return exchange(this.#dispatcher(route), request);
      }
      // The operator named this loopback origin; the policy for addresses is about what extensions name.
      const mapped = target + url.pathname + url.search;
      return exchange(this.#dispatcher({ ...route, addresses: 'any' }), {
        ...request,
        url: mapped,
      });
    };
  }

  /** How many dispatchers there are. */
  get size(): number {
    return this.#dispatchers.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const dispatchers = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
  }

  #dispatcher(route: Route): Dispatcher {
    const key = JSON.stringify([route.proxy, route.ca, route.addresses]);
    const known = this.#dispatchers.get(key);
    if (known) return known;
    const made = this.#create(route);
    this.#dispatchers.set(key, made);
    return made;
  }
}

/** An address that stands in the URL itself never passes through a look-up. */
function refuseLiteral(url: URL, route: Route): void {
  if (route.addresses === 'any') return;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refusedAddress(url.hostname);
}
