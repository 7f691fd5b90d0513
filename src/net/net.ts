import { type Clock, systemClock } from '../clock.ts';
import type { ProxyScriptConfig } from '../config/config.ts';
import { refuseHost } from './address-guard.ts';
import { type Attempt, exchange, type FindWays } from './exchange.ts';
import { fingerprint } from './fingerprint.ts';
import type { HttpClient } from './http.ts';
import { NetError } from './net-error.ts';
import { hopFromEnvironment } from './proxy-exceptions.ts';
import { ProxyScript } from './proxy-script.ts';
import { type Hop, type Route, targetOf } from './route.ts';
import { nameOfScript, readScript } from './script-source.ts';
import { type ScriptLimits, ScriptThread } from './script-thread.ts';
import { trustIn } from './trust.ts';
import { Way } from './way.ts';

/** Where requests to an origin really go; from `authority.map` of an emulator. */
export type OriginMap = { readonly [origin: string]: string };

/**
 * Connecting has so much time, a proxy's tunnel and TLS included: a little less than a call to Entra, so that the failure
 * can name what failed. Unit: milliseconds.
 */
const CONNECT_MS = 8_000;

/** The same where a script names the ways: there must be time left for the next one. Unit: milliseconds. */
const DETOUR_MS = 3_000;

/**
 * All ways out of the gateway. Equal routes share their connections, so that a proxy that is configured cannot be bypassed
 * by a client made elsewhere. When it is disposed of, every connection ends, those that are being made included.
 */
export class Net implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #ways = new Map<string, Way>();
  readonly #scripts = new Map<string, ProxyScript>();
  readonly #thread: ScriptThread;
  #closed = false;

  /**
   * @param clock Default: the machine's.
   * @param scripts What a run of a proxy script may cost. Default: as `ScriptLimits` says.
   */
  constructor(clock: Clock = systemClock, scripts?: ScriptLimits) {
    this.#clock = clock;
    this.#thread = new ScriptThread(scripts);
  }

  /**
   * A client for one route. Origins in `map` are reached at their loopback origin: whoever authorises a request has
   * authorised the original origin, and only the connection goes elsewhere.
   */
  client(route: Route, map: OriginMap = {}): HttpClient {
    const targets = new Map(Object.entries(map));
    const ways = this.#finder(route);
    // The operator named the loopback origins; the policy for addresses is about what extensions name.
    const mappedWays = this.#finder({ ...route, addresses: 'any' });
    if (targets.size === 0) return (request) => exchange(ways, request);
    return async (request) => {
      const url = new URL(request.url);
      const target = targets.get(url.origin);
      if (target === undefined) return exchange(ways, request);
      return exchange(mappedWays, { ...request, url: target + url.pathname + url.search });
    };
  }

  /** How many ways out there are. */
  get size(): number {
    return this.#ways.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const ways = [...this.#ways.values()];
    this.#ways.clear();
    await Promise.all([this.#thread, ...ways].map((one) => one[Symbol.asyncDispose]()));
  }

  #finder(route: Route): FindWays {
    const { proxy, addresses } = route;
    const ca = fingerprint(route.ca);
    if (proxy.kind === 'script') return this.#scriptFinder(proxy, route, ca);
    if (proxy.kind !== 'environment') return this.#fixedFinder(proxy, route, ca);
    return (url) => {
      const hop = hopFromEnvironment(proxy, url);
      refuseHost(targetOf(url).host, addresses, hop.kind !== 'direct');
      return [this.#attempt(hop, route, ca, CONNECT_MS)];
    };
  }

  /** There is one way, whatever the host: it is looked for once. */
  #fixedFinder(hop: Hop, route: Route, ca: string): FindWays {
    let found: readonly Attempt[] | undefined;
    return (url) => {
      refuseHost(targetOf(url).host, route.addresses, hop.kind !== 'direct');
      if (this.#closed) throw closing();
      found ??= [this.#attempt(hop, route, ca, CONNECT_MS)];
      return found;
    };
  }

  #scriptFinder(proxy: ProxyScriptConfig, route: Route, ca: string): FindWays {
    return async (url) => {
      const script = this.#script(proxy, route, ca);
      const hops = await script.hopsFor(url);
      return hops.map((hop) => {
        refuseHost(targetOf(url).host, route.addresses, hop.kind !== 'direct');
        return { ...this.#attempt(hop, route, ca, DETOUR_MS), failed: () => script.failed(hop) };
      });
    };
  }

  #script(proxy: ProxyScriptConfig, route: Route, ca: string): ProxyScript {
    const key = `${ca} ${proxy.url}`;
    const url = new URL(proxy.url);
    const straight: FindWays = () => [
      this.#attempt({ kind: 'direct' }, { ...route, addresses: 'any' }, ca, CONNECT_MS),
    ];
    const script =
      this.#scripts.get(key) ??
      new ProxyScript({
        name: nameOfScript(url),
        read: () => readScript(url, (request) => exchange(straight, request)),
        clock: this.#clock,
        thread: this.#thread,
      });
    this.#scripts.set(key, script);
    return script;
  }

  #attempt(hop: Hop, { addresses, ca }: Route, caKey: string, connectMs: number): Attempt {
    if (this.#closed) throw closing();
    const key = `${caKey} ${fingerprint([hop, addresses, connectMs])}`;
    const way = this.#ways.get(key) ?? new Way({ hop, trust: trustIn(ca), addresses, connectMs });
    this.#ways.set(key, way);
    return { dispatcher: way.dispatcher, failed: () => undefined };
  }
}

const closing = (): NetError => new NetError('NET_ABORTED', 'the gateway is closing');
