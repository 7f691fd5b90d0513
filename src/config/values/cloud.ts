/** A cloud of Microsoft, as `cloud` names it. */
export type CloudName = 'public' | 'us-gov' | 'us-gov-dod' | 'china';

/** The hosts of one cloud. Those of different clouds never meet in one method. Origins have no slash at the end. */
export interface Cloud {
  /** Origin of the login host. */
  readonly login: string;
  /** Origin of Microsoft Graph; also the resource that Graph's scopes belong to. */
  readonly graph: string;
  /** Origin of Azure Resource Manager. */
  readonly management: string;
  /** Resource of Azure Key Vault. */
  readonly vault: string;
  /** Origin of the issuer of version 1.0 tokens. */
  readonly sts: string;
  /** Where an administrator changes an app registration. */
  readonly portal: string;
}

/**
 * The clouds, one row each.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 * @see https://learn.microsoft.com/graph/deployments
 */
export const CLOUDS: { readonly [name in CloudName]: Cloud } = {
  public: {
    login: 'https://login.microsoftonline.com',
    graph: 'https://graph.microsoft.com',
    management: 'https://management.azure.com',
    vault: 'https://vault.azure.net',
    sts: 'https://sts.windows.net',
    portal: 'https://portal.azure.com',
  },
  'us-gov': {
    login: 'https://login.microsoftonline.us',
    graph: 'https://graph.microsoft.us',
    management: 'https://management.usgovcloudapi.net',
    vault: 'https://vault.usgovcloudapi.net',
    sts: 'https://sts.windows.net',
    portal: 'https://portal.azure.us',
  },
  'us-gov-dod': {
    login: 'https://login.microsoftonline.us',
    graph: 'https://dod-graph.microsoft.us',
    management: 'https://management.usgovcloudapi.net',
    vault: 'https://vault.usgovcloudapi.net',
    sts: 'https://sts.windows.net',
    portal: 'https://portal.azure.us',
  },
  china: {
    login: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    management: 'https://management.chinacloudapi.cn',
    vault: 'https://vault.azure.cn',
    sts: 'https://sts.chinacloudapi.cn',
    portal: 'https://portal.azure.cn',
  },
};

const CLOUD_NAMES = ['public', 'us-gov', 'us-gov-dod', 'china'] as const;

/** Services that each cloud has at a host of its own. */
const OWN_HOSTS = ['login', 'graph', 'management', 'vault'] as const;

/** The service that an origin is of in a cloud; undefined when the cloud has nothing there. */
function serviceAt(cloud: CloudName, origin: string): (typeof OWN_HOSTS)[number] | undefined {
  return OWN_HOSTS.find((service) => CLOUDS[cloud][service] === origin);
}

/** The clouds that have a host; empty for a host that no cloud is known by, as of an operator's own API. */
export function cloudsOf(origin: string): readonly CloudName[] {
  return CLOUD_NAMES.filter((cloud) => serviceAt(cloud, origin) !== undefined);
}

/** Where a cloud has the service that another cloud has at an origin. */
export function counterpart(origin: string, cloud: CloudName): string | undefined {
  const [other] = cloudsOf(origin);
  const service = other === undefined ? undefined : serviceAt(other, origin);
  return service === undefined ? undefined : CLOUDS[cloud][service];
}
