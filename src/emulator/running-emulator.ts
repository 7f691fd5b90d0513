import type { CertificatePair } from './certificate.ts';
import { found } from './control/found.ts';
import { type TenantControl, tenantControl } from './control/tenant-control.ts';
import type { EndpointSelector } from './endpoints.ts';
import type { Failure, Faults } from './faults.ts';
import { close, type Listening } from './http/listen.ts';
import type { Journal } from './journal.ts';
import type { Tenant } from './tenant/tenant.ts';
import type { EmulatorTime } from './time.ts';
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

/** An emulator whose servers listen. */
export class RunningEmulator implements Emulator {
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
