/** What `entrada init` knows or asks. */
export interface TemplateValues {
  /** Origin that people reach Entrada at. */
  readonly publicUrl: string;
  /** Id of the method, a new UUID: it is a part of the redirect URI. */
  readonly methodId: string;
  /** Directory (tenant) ID; zeros until it is known. */
  readonly directoryId?: string;
  /** Application (client) ID; zeros until it is known. */
  readonly applicationId?: string;
  /** Folder of an example extension, relative to the file; left out: none is configured. */
  readonly extension?: string;
}

const UNKNOWN = '00000000-0000-0000-0000-000000000000';

/**
 * The text of a new `entrada.yaml`, with comments for the operator. It needs `tls/server.crt`, `tls/server.key` and
 * `secrets/keys.txt` beside it, and nothing in the environment.
 */
export function configTemplate(values: TemplateValues): string {
  const { publicUrl, methodId, directoryId = UNKNOWN, applicationId = UNKNOWN, extension } = values;
  return `\
# Configuration of Entrada. "entrada check" finds every fault in it; "entrada schema" prints its JSON Schema.
# Text values may hold \${env:NAME} and \${file:PATH}. Relative paths start at the folder of this file.
version: 1

server:
  # Where people reach Entrada: scheme, host and port, nothing else.
  public_url: ${publicUrl}
  # The port of public_url; another one where something in front of Entrada hands on what comes there.
  listen: 0.0.0.0:${new URL(publicUrl).port || '443'}
  # Certificate and key in PEM; or "tls: off" behind a proxy that is in trusted_proxies.
  tls: { certificate: tls/server.crt, key: tls/server.key }
  # Reverse proxies that are believed when they say who a request came from.
  trusted_proxies: []
  # /healthz, /readyz and /metrics, for this machine alone.
  health: { listen: 127.0.0.1:9090 }

# A session ends when it is not used for idle, and in any case after absolute.
session: { idle: 30m, absolute: 12h }

# Sessions and tokens are kept here; tokens are encrypted.
store: sqlite:var/entrada.db

# One key a line, id:base64url of 32 bytes. The first encrypts, all decrypt. "entrada keygen" makes one.
keys: ['\${file:secrets/keys.txt}']

# How long "entrada explain" can tell what happened in a sign-in.
explain: { retention: 30d }

# Methods of authentication: the chain, in order.
authentications:
  # Register this redirect URI (type "Web") in the app registration:
  #   ${publicUrl}/?redirect-${methodId}
  - id: ${methodId}
    type: entra-id
    name: Microsoft Entra ID
    # Both stand on the overview page of the app registration in the Azure portal.
    directory_id: ${directoryId}
    application_id: ${applicationId}
    # Groups that everybody gets; the first is the primary group.
    base_groups: [people]
    # base-and-azure-groups: also groups of this file that are named like a security group of the person.
    group_association: base-groups
    # Roles that everybody gets. Not empty: everybody whom Entra accepts is an administrator.
    base_roles: []
    # HTTP proxy for all connections of this method, as in connect://10.1.2.3:3128.
    proxy: ''
    # The first of these that a username ends with is taken off.
    remove_username_suffix: []
    # Tokens for extensions: permissions of APIs, and the client secret that Entra wants for them.
    # api_scopes: [https://graph.microsoft.com/User.Read]
    # password: \${env:ENTRADA_CLIENT_SECRET}

groups:
  - id: people
    name: People
    home_folder_path: home/\${USER}
    permissions: [allow-full-control]

roles: []

services:
  - { type: file-browser, path: / }
  # Sign-in for other web applications, asked by their reverse proxy.
  - { type: forward-auth, path: /auth }

${extensions(extension)}`;
}

function extensions(source: string | undefined): string {
  if (source === undefined) return EXAMPLE;
  return `\
extensions:
  # shadow: it runs and is compared, and decides nothing. "entrada extension approve" writes its integrity; then
  # enforce lets it decide.
  - source: ${source}
    mode: shadow
    # What it may do. Nothing, unless it is written here and in its manifest.
    grant: {}
    # Its own configuration. No secrets: it enters the sandbox.
    config: {}
    limits: { wall: 5s, cpu: 200ms, memory: 128MB }
    on_failure: deny
`;
}

const EXAMPLE = `\
# Extensions of your own: "entrada extension new" makes one.
extensions: []
`;
