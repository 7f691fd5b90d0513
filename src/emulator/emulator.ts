import { isIP } from 'node:net';
import type { RequestListener } from 'node:http';
import { systemClock } from '../clock.ts';
import { EntradaError } from '../errors.ts';
import { AddressBook, type Site, sitesOf } from './addresses.ts';
import {
  type CertificatePair,
  createCertificateAuthority,
  createServerCertificate,
} from './certificate.ts';
import { CLOUDS } from './clouds.ts';
import { contoso } from './contoso.ts';
import { found } from './control/found.ts';
import { type TenantControl, tenantControl } from './control/tenant-control.ts';
import type { EmulatorOptions, Layout } from './emulator-options.ts';
import type { EndpointSelector } from './endpoints.ts';
import { type Failure, Faults } from './faults.ts';
import { Drives } from './graph/drive/drives.ts';
import { close, listen, type Listening } from './http/listen.ts';
import { serve } from './http/serve.ts';
import { Journal } from './journal.ts';
import { KeyRing } from './keys.ts';
import { BrowserSessions } from './login/browser-sessions.ts';
import { DeviceCodes } from './login/device-codes.ts';
import { Grants } from './login/grants.ts';
import { PendingSignIns } from './login/sign-in/pending.ts';
import type { TenantSeed } from './seed.ts';
import { createTenant, type Tenant } from './tenant/tenant.ts';
import { Throttles } from './throttles.ts';
import { EmulatorTime } from './time.ts';
import { OpaqueTokens } from './tokens/opaque-tokens.ts';
import { chooseVariants } from './variants.ts';
import { findTenant, type World } from './world.ts';

/** A local Entra tenant, Microsoft Graph and Azure Storage, running. Ends with `await using` or `close()`. */
export interface Emulator extends AsyncDisposable {
  /** Origin of the login host. */
  readonly login: string;
  /** Loopback origin of Microsoft Graph. */
  readonly graph: string;
  /** Origin of the emulator's own pages. */
  readonly portal: string;
  /** PEM of the certificate authority that clients have to trust. */
  readonly ca: string;
  /** The same authority with its key, for a later start. */
  readonly certificateAuthority: CertificatePair;
  /** As `authority` of an `entra-id` method: the login host, and real origins to loopback ones. */
  readonly authority: {
    readonly login: string;
    readonly map: { readonly [origin: string]: string };
  };
  /** Every request received. */
  readonly journal: Journal;
  /** The emulator's time: `advance`, `skew`. */
  readonly time: EmulatorTime;
  readonly faults: Faults;
  /** Ids of the tenants. */
  readonly tenants: readonly string[];
  /**
   * One tenant, by id or domain; the first when none is named.
   *
   * @throws {EntradaError} `EMULATOR_UNKNOWN`
   */
  tenant(name?: string): TenantControl;
  /** The next requests get an error: an AADSTS number, or a failure in the words of the service. */
  failNext(endpoint: EndpointSelector, failure: number | Failure, times?: number): void;
  /** The next requests are answered late. Unit: milliseconds. */
  delayNext(endpoint: EndpointSelector, ms: number, times?: number): void;
  /** The next requests are never answered. */
  hangNext(endpoint: EndpointSelector, times?: number): void;
  /** The next answers end in the middle. */
  halfCloseNext(endpoint: EndpointSelector, times?: number): void;
  /** The connections of the next requests are reset. */
  resetNext(endpoint: EndpointSelector, times?: number): void;
  /** The next answers come a few bytes at a time. Units: bytes, milliseconds. */
  trickleNext(
    endpoint: EndpointSelector,
    pace: { bytes: number; pauseMs: number },
    times?: number,
  ): void;
  close(): Promise<void>;
}

/**
 * Starts an emulator. Without options it is the Contoso of the demo on a free port of 127.0.0.1.
 *
 * @throws {EntradaError} `EMULATOR_ADDRESS` when it cannot listen there, `EMULATOR_SEED_INVALID` when a tenant contradicts
 *   itself.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const host = options.host ?? '127.0.0.1';
  refuseOpenAddress(host, options.allowAnyAddress ?? false);
  const cloud = CLOUDS[options.cloud ?? 'public'];
  const time = new EmulatorTime(options.clock ?? systemClock);
  const variants = chooseVariants(options.variants ?? {});
  const seeds = seedsOf(options);
  const tenants = seeds.map((seed) => createTenant(seed, { cloud, now: time.now(), variants }));
  const keys = KeyRing.create(options.signingKeys);
  const sites = sitesOf(cloud, tenants);
  const certificates = await prepareCertificates(options, sites, host);
  const late = Promise.withResolvers<World>();
  const listening = await openServers(
    options,
    sites,
    host,
    certificates.server,
    listenerFor(late.promise),
  );
  const world: World = {
    cloud,
    time,
    variants,
    addresses: new AddressBook(listening.origins),
    tenants: new Map(tenants.map((tenant) => [tenant.id, tenant])),
    keys: await keys,
    ...stores(time),
    journal: new Journal(),
    faults: new Faults(),
  };
  late.resolve(world);
  return new RunningEmulator(world, certificates.authority, listening.servers);
}

/** @throws {EntradaError} `EMULATOR_ADDRESS` for an address that others can reach, unless that was asked for. */
function refuseOpenAddress(host: string, allowed: boolean): void {
  if (allowed || ['127.0.0.1', '::1', 'localhost'].includes(host) || host.startsWith('127.'))
    return;
  throw new EntradaError('EMULATOR_ADDRESS', `${host} is no loopback address.`, {
    next: 'Listen on 127.0.0.1, or set allowAnyAddress: whoever reaches the emulator can sign in as anybody.',
  });
}

function seedsOf(options: EmulatorOptions): readonly TenantSeed[] {
  if (options.tenants !== undefined) return options.tenants;
  const { tenant, people, groups, applications } = options;
  if ([tenant, people, groups, applications].every((part) => part === undefined))
    return [contoso()];
  return [
    {
      ...tenant,
      ...(people === undefined ? {} : { people }),
      ...(groups === undefined ? {} : { groups }),
      ...(applications === undefined ? {} : { applications }),
    },
  ];
}

type Stores = Pick<
  World,
  'sessions' | 'pending' | 'grants' | 'deviceCodes' | 'opaqueTokens' | 'drives' | 'throttles'
>;

const stores = (time: EmulatorTime): Stores => ({
  sessions: new BrowserSessions(time),
  pending: new PendingSignIns(time),
  grants: new Grants(time),
  deviceCodes: new DeviceCodes(time),
  opaqueTokens: new OpaqueTokens(time),
  drives: new Drives(time),
  throttles: new Throttles(time),
});

async function prepareCertificates(
  { certificateAuthority, certificateNames = [], hostSuffix = 'localhost' }: EmulatorOptions,
  sites: readonly Site[],
  host: string,
): Promise<{ authority: CertificatePair; server: CertificatePair }> {
  const authority = certificateAuthority ?? (await createCertificateAuthority());
  const names = [
    'localhost',
    ...sites.map(({ label }) => `${label}.${hostSuffix}`),
    `*.blob.${hostSuffix}`,
    '127.0.0.1',
    '::1',
    ...(isIP(host) === 0 ? [] : [host]),
    ...certificateNames,
  ];
  return { authority, server: await createServerCertificate(authority, [...new Set(names)]) };
}

/** Requests that come before everything is in place wait for it. */
const listenerFor =
  (world: Promise<World>): RequestListener =>
  (message, response) => {
    world
      .then((ready) => serve(ready, message, response))
      .catch((error: unknown) => {
        // A client that went away in the middle is no fault of the emulator.
        if (!message.destroyed) process.emitWarning(error instanceof Error ? error : String(error));
        response.destroy();
      });
  };

interface Servers {
  readonly servers: readonly Listening[];
  readonly origins: ReadonlyMap<Site, string>;
}

const OPENERS: { readonly [layout in Layout]: typeof openServers } = {
  names: async (options, sites, host, certificate, listener) => {
    const server = await listen({ host, port: options.port ?? 0, certificate }, listener);
    const suffix = options.hostSuffix ?? 'localhost';
    const port = server.port === 443 ? '' : `:${server.port}`;
    return {
      servers: [server],
      origins: new Map(sites.map((site) => [site, `https://${site.label}.${suffix}${port}`])),
    };
  },
  ports: async (options, sites, host, certificate, listener) => {
    const first = options.port ?? 0;
    const ports = sites.map((_, index) => (first === 0 ? 0 : first + index));
    const servers = await Promise.all(
      ports.map((port) => listen({ host, port, certificate }, listener)),
    );
    const origins = sites.map(
      (site, index) => [site, `https://localhost:${servers[index]?.port}`] as const,
    );
    return { servers, origins: new Map(origins) };
  },
};

function openServers(
  options: EmulatorOptions,
  sites: readonly Site[],
  host: string,
  certificate: CertificatePair,
  listener: RequestListener,
): Promise<Servers> {
  return OPENERS[options.layout ?? 'names'](options, sites, host, certificate, listener);
}

class RunningEmulator implements Emulator {
  readonly #world: World;
  readonly #servers: readonly Listening[];
  readonly certificateAuthority: CertificatePair;

  constructor(world: World, authority: CertificatePair, servers: readonly Listening[]) {
    this.#world = world;
    this.certificateAuthority = authority;
    this.#servers = servers;
  }

  get login(): string {
    return this.#world.addresses.login;
  }

  get graph(): string {
    return this.#world.addresses.graph;
  }

  get portal(): string {
    return this.#world.addresses.portal;
  }

  get ca(): string {
    return this.certificateAuthority.certificate;
  }

  get authority(): Emulator['authority'] {
    return { login: this.login, map: this.#world.addresses.map };
  }

  get journal(): Journal {
    return this.#world.journal;
  }

  get time(): EmulatorTime {
    return this.#world.time;
  }

  get faults(): Faults {
    return this.#world.faults;
  }

  get tenants(): readonly string[] {
    return [...this.#world.tenants.keys()];
  }

  tenant(name?: string): TenantControl {
    const [first = ''] = this.tenants;
    const tenant: Tenant = found(findTenant(this.#world, name ?? first), 'tenant', name ?? first);
    return tenantControl(this.#world, tenant);
  }

  failNext(endpoint: EndpointSelector, failure: number | Failure, times?: number): void {
    const worded = typeof failure === 'number' ? { aadsts: failure } : failure;
    this.faults.next(endpoint, { kind: 'fail', failure: worded }, times);
  }

  delayNext(endpoint: EndpointSelector, ms: number, times?: number): void {
    this.faults.next(endpoint, { kind: 'delay', ms }, times);
  }

  hangNext(endpoint: EndpointSelector, times?: number): void {
    this.faults.next(endpoint, { kind: 'hang' }, times);
  }

  halfCloseNext(endpoint: EndpointSelector, times?: number): void {
    this.faults.next(endpoint, { kind: 'half-close' }, times);
  }

  resetNext(endpoint: EndpointSelector, times?: number): void {
    this.faults.next(endpoint, { kind: 'reset' }, times);
  }

  trickleNext(
    endpoint: EndpointSelector,
    pace: { bytes: number; pauseMs: number },
    times?: number,
  ): void {
    this.faults.next(endpoint, { kind: 'trickle', ...pace }, times);
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map(({ server }) => close(server)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
