import type { ErrorCode, Position } from '../errors.ts';
import type { FailureKind, JsonObject } from '../../sandbox/contract.ts';
import type { Finding } from './document/finding.ts';
import type { Secret } from './secret.ts';
import type { Attribute } from './values/attribute.ts';
import type { CloudName } from './values/cloud.ts';

/**
 * The configuration after it was read, substituted and checked: every path absolute, every duration in milliseconds,
 * every list a list, every reference known to exist. Frozen, and plain but for `Secret`.
 */
export interface Config {
  /** Absolute path of the folder of `entrada.yaml`; relative paths in the file start there. */
  readonly directory: string;
  readonly server: ServerConfig;
  readonly session: SessionConfig;
  readonly store: StoreConfig;
  /** The first key encrypts, all decrypt. */
  readonly keys: readonly StoreKey[];
  readonly explain: { readonly retentionMs: number };
  /** The chain, in order. */
  readonly authentications: readonly AuthenticationConfig[];
  readonly groups: readonly GroupConfig[];
  readonly roles: readonly RoleConfig[];
  readonly services: readonly ServiceConfig[];
  /** Rules without code, in order. */
  readonly mapping: readonly MappingRule[];
  readonly extensions: readonly ExtensionConfig[];
}

/** An address to listen on. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface ServerConfig {
  /** Origin that people reach the gateway at, as in `https://files.example.com:8443`. No path, no trailing slash. */
  readonly publicUrl: string;
  readonly listen: ListenAddress;
  /** Absolute paths of PEM files, or `off` behind a proxy that ends TLS. */
  readonly tls: { readonly certificate: string; readonly key: string } | 'off';
  /** CIDR blocks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Address of `/healthz`, `/readyz` and `/metrics`; null when there is none. */
  readonly health: { readonly listen: ListenAddress } | null;
}

export interface SessionConfig {
  /** A session ends when it is not used for so long. Unit: milliseconds. Default 30 minutes. */
  readonly idleMs: number;
  /** A session ends so long after sign-in. Unit: milliseconds. Default 12 hours. */
  readonly absoluteMs: number;
}

export interface StoreConfig {
  readonly kind: 'sqlite';
  /** Absolute path of the database file. */
  readonly path: string;
}

/** A key that encrypts the store. */
export interface StoreKey {
  readonly id: string;
  /** Base64url of 32 bytes. */
  readonly secret: Secret;
}

/** One entry of the chain. */
export type AuthenticationConfig = EntraIdConfig | ExtensionMethodConfig;

/** How groups of Entra reach the principal. */
export type GroupAssociation = 'base-groups' | 'base-and-azure-groups';

/**
 * How tokens come. `auto` is what is documented: by the browser without `api_scopes`, by a code with them. `hybrid` is
 * `code id_token`.
 */
export type FlowName = 'auto' | 'code' | 'hybrid' | 'implicit';

/** How Entrada proves to Entra that it is the application. Exactly one kind. */
export type CredentialConfig =
  /** Client secrets; two while one replaces the other. `expiresAt` is the operator's word. */
  | {
      readonly kind: 'password';
      readonly passwords: readonly Secret[];
      /** When the first of them ends. Unit: milliseconds since 1970-01-01 UTC; null when the file does not say. */
      readonly expiresAt: number | null;
    }
  /** Absolute paths of PEM files. */
  | { readonly kind: 'certificate'; readonly certificate: string; readonly key: string }
  /** Absolute path of a file that somebody else writes anew before what it holds is over. */
  | { readonly kind: 'federated-assertion'; readonly file: string };

export interface EntraIdConfig {
  readonly type: 'entra-id';
  /** The AUTH-UUID of the redirect URI `PUBLIC_URL/?redirect-AUTH-UUID`. */
  readonly id: string;
  /** Shown on the sign-in link. */
  readonly name: string;
  readonly description: string;
  /** The one tenant: a GUID, lower case, or a verified domain name. */
  readonly directoryId: string;
  /** GUID of the app registration, lower case. */
  readonly applicationId: string;
  /** Ids of Entrada's groups that everybody gets; the first is the primary group. */
  readonly baseGroups: readonly string[];
  readonly groupAssociation: GroupAssociation;
  /** `transitive`: groups of groups count. `ids`: they do, and are read as ids alone, all at once. */
  readonly groupLookup: 'transitive' | 'direct' | 'ids';
  readonly matchGroupsBy: 'name' | 'id';
  /** When groups cannot be read: nobody is let in, or everybody with the base groups alone. */
  readonly onGroupError: 'deny' | 'base-groups';
  /** Ids of Entrada's roles that everybody gets. Not empty: everybody that Entra accepts is an administrator. */
  readonly baseRoles: readonly string[];
  readonly proxy: ProxyConfig;
  /**
   * Certificates of authorities that this method trusts besides those of Node.js, towards hosts and proxies alike. Each is one
   * certificate in PEM.
   */
  readonly tlsTrustedCertificates: readonly string[];
  /** The first that matches is removed from the end of the username. */
  readonly removeUsernameSuffix: readonly string[];
  readonly cloud: CloudName;
  readonly flow: FlowName;
  readonly apiScopes: readonly string[];
  /** Null when there is none, as it may be in the implicit flow. */
  readonly credential: CredentialConfig | null;
  /** Whether the page of a person who is signed in has their photo. */
  readonly showPhoto: boolean;
  /** Whether guests of the tenant may sign in. */
  readonly allowGuests: boolean;
  /** What signing out here does to the session at Entra. */
  readonly logout: 'local' | 'entra';
  /** An emulator instead of Entra; null in production. */
  readonly authority: AuthorityConfig | null;
}

/** A method that is an extension: its `authenticate` hook is asked about a username and a password. */
export interface ExtensionMethodConfig {
  readonly type: 'extension';
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Name of the extension, as its manifest has it. */
  readonly extension: string;
  /** Ids of Entrada's groups that everybody gets; the first is the primary group. */
  readonly baseGroups: readonly string[];
  /** Ids of Entrada's roles that everybody gets. Not empty: everybody that the extension accepts is an administrator. */
  readonly baseRoles: readonly string[];
  /** The first that matches is removed from the end of the username. */
  readonly removeUsernameSuffix: readonly string[];
  /** How requests of the extension leave, and those of all others about its sign-ins. */
  readonly proxy: ProxyConfig;
  readonly tlsTrustedCertificates: readonly string[];
}

/** How a method reaches the network. */
export type ProxyConfig =
  | { readonly kind: 'direct' }
  | ProxyServerConfig
  | ProxyScriptConfig
  | ProxyEnvironmentConfig;

/** One proxy, with an address of its own. */
export interface ProxyServerConfig {
  /**
   * `connect`: an HTTP proxy, all connections by CONNECT (`connect://`, `http://`). `connect-tls`: the same, itself reached
   * over TLS (`https://`). `socks5`: names are looked up at the proxy (`socks5://`, `socks5h://`).
   */
  readonly kind: 'connect' | 'connect-tls' | 'socks5';
  /** IPv6 stands without brackets. */
  readonly host: string;
  readonly port: number;
  readonly credentials: ProxyCredentials | null;
}

/** What a proxy wants to hear, decoded. */
export interface ProxyCredentials {
  readonly username: Secret;
  readonly password: Secret;
}

/** A script (PAC) that names the proxy of each host. */
export interface ProxyScriptConfig {
  readonly kind: 'script';
  /** `https:`, `http:` on loopback, or `file:`. */
  readonly url: string;
}

/** What the environment said when the configuration was read. */
export interface ProxyEnvironmentConfig {
  readonly kind: 'environment';
  /** For targets of `https:`; null: none. */
  readonly https: ProxyServerConfig | null;
  /** For targets of `http:`; null: none. */
  readonly http: ProxyServerConfig | null;
  /** Hosts that are reached without a proxy. */
  readonly except: readonly ProxyException[];
}

/** One entry of `NO_PROXY`. */
export interface ProxyException {
  /** A name, which stands for all names below it, too; an address; or `*` for every host. Lower case, no outer dots. */
  readonly host: string;
  /** Null: every port. */
  readonly port: number | null;
}

/** A tenant on loopback that stands in for Entra. */
export interface AuthorityConfig {
  /** Origin of the login host. */
  readonly login: string;
  /** Absolute path of a PEM file with the certificate authority of the emulator; null: those of Node.js. */
  readonly ca: string | null;
  /** Real origin to loopback origin, as in `https://graph.microsoft.com` to `https://graph.localhost:9443`. */
  readonly map: { readonly [origin: string]: string };
}

export interface GroupConfig {
  readonly id: string;
  /** Compared case-sensitively with the names of Entra's groups. */
  readonly name: string;
  /** Object id of the group in Entra that means this one, for `match_groups_by: id`; lower case. */
  readonly entraGroupId: string | null;
  readonly enabled: boolean;
  readonly description: string;
  /** May contain `${USER}`; null: no home folder. */
  readonly homeFolderPath: string | null;
  readonly permissions: readonly string[];
}

export interface RoleConfig {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly description: string;
  readonly permissions: readonly string[];
}

export type ServiceType = 'file-browser' | 'management-console' | 'forward-auth';

export interface ServiceConfig {
  readonly type: ServiceType;
  /** Begins with a slash; no trailing slash but for the root. */
  readonly path: string;
  /** Ids of methods, in order; never empty. Left out in the file: all of them. */
  readonly authentications: readonly string[];
  /** Origins that forward-auth serves besides the gateway's own. */
  readonly hosts: readonly string[];
}

/** One rule of `mapping`: it does one thing, for those for whom its conditions hold. */
export interface MappingRule {
  /** What it is called where a sign-in is explained. */
  readonly name: string;
  readonly act: MappingAct;
  /** It holds only then; null: always. */
  readonly when: MappingCondition | null;
  /** It does not hold then; null: there is no such case. */
  readonly unless: MappingCondition | null;
  /** Ids of methods; empty: all. */
  readonly appliesTo: readonly string[];
}

/** What a rule does. Groups and roles are those of this configuration, by name. */
export type MappingAct =
  | { readonly kind: 'claim'; readonly claim: string; readonly from: Attribute }
  | { readonly kind: 'claim'; readonly claim: string; readonly value: string }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'role'; readonly role: string }
  | { readonly kind: 'deny'; readonly code: string; readonly message: string | null };

/** What has to be so. */
export type MappingCondition =
  /** One of these values; null: any value. */
  | {
      readonly kind: 'attribute';
      readonly attribute: Attribute;
      readonly is: readonly string[] | null;
    }
  | { readonly kind: 'entra-group' | 'group'; readonly names: readonly string[] };

export type ExtensionMode = 'off' | 'shadow' | 'enforce';

/** What happens to a sign-in when an extension fails. */
export type FailurePolicy = 'deny' | 'allow';

export interface ExtensionConfig {
  /** Absolute path of the extension's folder. */
  readonly source: string;
  /** `sha256-…`, or null: only in the demo and while developing. */
  readonly integrity: string | null;
  readonly mode: ExtensionMode;
  /** Who answers for its code: it shares no process with what others answer for. Left out: the operator. */
  readonly owner?: string;
  /** Ids of methods; empty: all. */
  readonly appliesTo: readonly string[];
  readonly grant: GrantConfig;
  /** The author's configuration, checked against the manifest's schema when the extension is loaded. */
  readonly config: JsonObject;
  readonly limits: {
    readonly wallMs?: number;
    readonly cpuMs?: number;
    readonly memoryMb?: number;
  };
  readonly onFailure: { readonly [kind in FailureKind]: FailurePolicy };
}

/** What the operator gives. An extension can do what both its manifest and this say. */
export interface GrantConfig {
  readonly tokens: readonly TokenGrant[];
  readonly fetch: readonly FetchGrant[];
  readonly secrets: { readonly [name: string]: SecretGrant };
  readonly enrich: EnrichGrant;
  readonly sessions: SessionsGrant;
}

export interface TokenGrant {
  readonly resource: string;
  /** Origins at which the token may be used. Defaults for Graph and Azure Resource Manager alone. */
  readonly origins: readonly string[];
  /** `METHOD /path/*` patterns. */
  readonly allow: readonly string[];
  /** `raw` gives the token itself to the extension, in a runner of its own. */
  readonly expose: 'handle' | 'raw';
}

/** A destination by origin, or by a name that hides a secret URL. */
export type FetchGrant =
  | {
      readonly origin: string;
      readonly allow: readonly string[];
      readonly privateAddresses: boolean;
    }
  | {
      readonly name: string;
      readonly url: Secret;
      readonly allow: readonly string[];
      readonly privateAddresses: boolean;
    };

export interface SecretGrant {
  readonly value: Secret;
  /** Where the value may be put. */
  readonly in: readonly ('header' | 'body' | 'sign')[];
}

/** Each power of `enrich`. */
export interface EnrichGrant {
  /** Names of Entrada's groups that may be added or removed. */
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly claims: readonly string[];
  readonly username: boolean;
  readonly home: boolean;
  readonly session: boolean;
  readonly headers: readonly string[];
}

/** Powers over sessions that run. */
export interface SessionsGrant {
  /** Ends them, in the background: never those of the console. */
  readonly end: boolean;
}

/** Something wrong in a file, with the place and the mend. */
export interface Fault {
  readonly severity: 'error' | 'warning';
  readonly code: ErrorCode;
  readonly message: string;
  /** What would be right. */
  readonly next?: string;
  /** Path of the value, as in `authentications[0].api_scopes`. */
  readonly path: string;
  readonly position?: Position;
  /** The line itself, for the caret below it. What must not be shown is replaced in it. */
  readonly line?: string;
  /** Column of the caret in `line`, from 1: another than `position.column` when something before it was replaced. */
  readonly caret?: number;
  /** How many columns the caret underlines. */
  readonly length?: number;
}

/**
 * What `loadConfig` answers: a configuration, or why there is none; warnings in both cases. `report` gives findings of other
 * parts (an extension's manifest that asks for more than it is granted) their place in the same file.
 */
export type Loaded = ({ readonly ok: true; readonly config: Config } | { readonly ok: false }) & {
  readonly faults: readonly Fault[];
  readonly report: (findings: readonly Finding[]) => readonly Fault[];
};
