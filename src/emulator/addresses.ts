import type { Cloud } from './clouds.ts';
import type { ServiceName } from './endpoints.ts';
import type { Tenant } from './tenant/tenant.ts';

/** One host that the emulator stands in for. */
export interface Site {
  readonly service: ServiceName;
  /** First labels of its virtual name, as in `graph` or `contoso.blob`. */
  readonly label: string;
  /** Public origin of the real one; null for the emulator's own pages. */
  readonly realOrigin: string | null;
  /** Name of the storage account. */
  readonly account?: string;
}

/** Every host of a cloud with these tenants. */
export function sitesOf(cloud: Cloud, tenants: readonly Tenant[]): readonly Site[] {
  return [
    { service: 'login', label: 'login', realOrigin: cloud.login },
    { service: 'graph', label: 'graph', realOrigin: cloud.graph },
    { service: 'portal', label: 'portal', realOrigin: null },
    ...tenants.flatMap((tenant) => tenant.storage.map(({ name }) => storageSite(cloud, name))),
    ...tenants.map((tenant) => sharePointSite(cloud, tenant)),
  ];
}

const storageSite = (cloud: Cloud, account: string): Site => ({
  service: 'storage',
  label: `${account}.blob`,
  realOrigin: `https://${account}.${cloud.blobSuffix}`,
  account,
});

/** Where upload sessions live when the variant `uploadHost` says so; served by the same routes as Graph. */
const sharePointSite = (cloud: Cloud, tenant: Tenant): Site => ({
  service: 'graph',
  label: `${sharePointName(tenant)}.sharepoint`,
  realOrigin: `https://${sharePointName(tenant)}.${cloud.sharePointSuffix}`,
});

/** `contoso-my`: first label of the initial domain, then `-my`. */
export const sharePointName = ({ domains }: Tenant): string =>
  `${(domains.at(-1) ?? 'contoso').split('.')[0] ?? 'contoso'}-my`;

/** Sites and the loopback origins that they are reached at. */
export class AddressBook {
  readonly #sites: readonly (readonly [site: Site, origin: string])[];
  readonly #byOrigin: ReadonlyMap<string, Site>;

  constructor(origins: ReadonlyMap<Site, string>) {
    this.#sites = [...origins];
    this.#byOrigin = new Map(this.#sites.map(([site, origin]) => [origin, site]));
  }

  get login(): string {
    return this.#origin('login');
  }

  get graph(): string {
    return this.#origin('graph');
  }

  get portal(): string {
    return this.#origin('portal');
  }

  /** Real origin to loopback origin, for every site but the login host and the emulator's own pages. */
  get map(): { readonly [origin: string]: string } {
    const mapped = this.#sites.filter(([{ service }]) => service !== 'login');
    return Object.fromEntries(
      mapped.flatMap(([{ realOrigin }, origin]) =>
        realOrigin === null ? [] : [[realOrigin, origin]],
      ),
    );
  }

  /**
   * The site that a request means: by its Host header and port, or, at a name that is no site's (`localhost`, an
   * address), by the beginning of its path.
   */
  locate(host: string, port: number, path: string): Site | undefined {
    const named = this.#byOrigin.get(`https://${host}${port === 443 ? '' : `:${port}`}`);
    if (named !== undefined) return named;
    const atPort = this.#sites.filter(([, origin]) => portOf(origin) === port);
    const label = atPort.length === 1 ? atPort[0]?.[0].label : labelFor(path);
    return atPort.find(([site]) => site.label === label)?.[0];
  }

  #origin(label: string): string {
    return this.#sites.find(([site]) => site.label === label)?.[1] ?? '';
  }
}

const portOf = (origin: string): number => Number(new URL(origin).port || 443);

const labelFor = (path: string): string =>
  /^\/(?:v1\.0|beta|oidc)\//.test(path) ? 'graph' : 'login';
