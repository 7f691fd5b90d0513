/**
 * The clouds of Entra, one row each. A cloud decides which public origins the emulator stands in for and what its tokens
 * and documents say of themselves.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 * @see https://learn.microsoft.com/graph/deployments
 */
export const CLOUDS: { readonly [name in CloudName]: Cloud } = {
  public: {
    login: 'https://login.microsoftonline.com',
    loginAliases: [
      'login.microsoftonline.com',
      'login.windows.net',
      'login.microsoft.com',
      'sts.windows.net',
    ],
    graph: 'https://graph.microsoft.com',
    sts: 'https://sts.windows.net',
    blobSuffix: 'blob.core.windows.net',
    sharePointSuffix: 'sharepoint.com',
    management: ['https://management.azure.com', 'https://management.core.windows.net'],
    vault: 'https://vault.azure.net',
    instanceName: 'microsoftonline.com',
    graphHostName: 'graph.windows.net',
    rbacUrl: 'https://pas.windows.net',
    regionScope: 'EU',
    regionSubScope: null,
  },
  'us-gov': {
    login: 'https://login.microsoftonline.us',
    loginAliases: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
    graph: 'https://graph.microsoft.us',
    sts: 'https://sts.windows.net',
    blobSuffix: 'blob.core.usgovcloudapi.net',
    sharePointSuffix: 'sharepoint.us',
    management: [
      'https://management.usgovcloudapi.net',
      'https://management.core.usgovcloudapi.net',
    ],
    vault: 'https://vault.usgovcloudapi.net',
    instanceName: 'microsoftonline.us',
    graphHostName: 'graph.windows.net',
    rbacUrl: 'https://pasff.usgovcloudapi.net',
    regionScope: 'USGov',
    regionSubScope: 'DODCON',
  },
  'us-gov-dod': {
    login: 'https://login.microsoftonline.us',
    loginAliases: ['login.microsoftonline.us', 'login.usgovcloudapi.net'],
    graph: 'https://dod-graph.microsoft.us',
    sts: 'https://sts.windows.net',
    blobSuffix: 'blob.core.usgovcloudapi.net',
    sharePointSuffix: 'sharepoint-mil.us',
    management: [
      'https://management.usgovcloudapi.net',
      'https://management.core.usgovcloudapi.net',
    ],
    vault: 'https://vault.usgovcloudapi.net',
    instanceName: 'microsoftonline.us',
    graphHostName: 'graph.windows.net',
    rbacUrl: 'https://pasff.usgovcloudapi.net',
    regionScope: 'USGov',
    regionSubScope: 'DOD',
  },
  china: {
    login: 'https://login.partner.microsoftonline.cn',
    loginAliases: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    sts: 'https://sts.chinacloudapi.cn',
    blobSuffix: 'blob.core.chinacloudapi.cn',
    sharePointSuffix: 'sharepoint.cn',
    management: ['https://management.chinacloudapi.cn', 'https://management.core.chinacloudapi.cn'],
    vault: 'https://vault.azure.cn',
    instanceName: 'partner.microsoftonline.cn',
    graphHostName: 'graph.chinacloudapi.cn',
    rbacUrl: 'https://pas.chinacloudapi.cn',
    regionScope: 'AS',
    regionSubScope: null,
  },
};

/** Name of a cloud, as `cloud:` of an `entra-id` method names it. */
export type CloudName = 'public' | 'us-gov' | 'us-gov-dod' | 'china';

/** One row of the table. Origins have no trailing slash. */
export interface Cloud {
  readonly login: string;
  /** Host names that instance discovery lists for the login host. */
  readonly loginAliases: readonly string[];
  readonly graph: string;
  /** Origin of the issuer of version 1.0 tokens. */
  readonly sts: string;
  readonly blobSuffix: string;
  readonly sharePointSuffix: string;
  readonly management: readonly string[];
  readonly vault: string;
  /** `cloud_instance_name` of the discovery document. */
  readonly instanceName: string;
  /** `cloud_graph_host_name`: the retired Azure AD Graph. */
  readonly graphHostName: string;
  readonly rbacUrl: string;
  /** `tenant_region_scope`. */
  readonly regionScope: string;
  readonly regionSubScope: string | null;
}
