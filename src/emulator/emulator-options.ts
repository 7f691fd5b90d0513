import type { Clock } from '../clock.ts';
import type { CertificatePair, createServerCertificate } from './certificate.ts';
import type { CloudName } from './clouds.ts';
import type { ApplicationSeed, GroupSeed, PersonSeed, TenantSeed } from './seed.ts';
import type { VariantSeed } from './variants.ts';

/** How the hosts that the emulator stands in for are told apart. */
export type Layout =
  /** One port; hosts by name: `login.localhost`, `graph.localhost`, `contoso.blob.localhost`. */
  | 'names'
  /** One port for each host, all at `localhost`: for clients that cannot resolve names below `localhost`. */
  | 'ports';

/** How to start an emulator. Without any option it is the Contoso of the demo, on a free port. */
export interface EmulatorOptions {
  /** 0: any that is free. With `layout: 'ports'` the first of several in a row. Default 0. */
  readonly port?: number;
  /** Address to listen on; only loopback, unless `allowAnyAddress`. Default `127.0.0.1`. */
  readonly host?: string;
  /** Lets `host` be any address. Whoever reaches the emulator can sign in as anybody. Default false. */
  readonly allowAnyAddress?: boolean;
  /** Default `names`. */
  readonly layout?: Layout;
  /** What names end with. Default `localhost`, which browsers resolve by themselves. */
  readonly hostSuffix?: string;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
  /** Default `public`. */
  readonly cloud?: CloudName;
  /** Default: the tenant of the demo. */
  readonly tenants?: readonly TenantSeed[];
  /** One tenant, instead of `tenants`: what it is called and so on. */
  readonly tenant?: TenantSeed;
  /** People of the one tenant. */
  readonly people?: readonly PersonSeed[];
  /** Groups of the one tenant. */
  readonly groups?: readonly GroupSeed[];
  /** Applications of the one tenant. */
  readonly applications?: readonly ApplicationSeed[];
  /** For all tenants; a tenant's own win. */
  readonly variants?: VariantSeed;
  /** A certificate authority made earlier by `createCertificateAuthority`. Default: a new one. */
  readonly certificateAuthority?: CertificatePair;
  /** More names and addresses for the server certificate. */
  readonly certificateNames?: readonly string[];
  /** Gives the servers a certificate of the authority for all their names, perhaps one made earlier. Default: a new one. */
  readonly certify?: typeof createServerCertificate;
  /** PEMs of RSA keys to sign with, as `tenant.keys.export()` gives them, or PKCS #8 alone. Default: new ones. */
  readonly signingKeys?: readonly string[];
}
