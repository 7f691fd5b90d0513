import type { Policies } from './tenant/policies.ts';
import type { Variants } from './variants.ts';

/**
 * What a tenant is made of when the emulator starts. Everything is optional; an id that is not given is made from the
 * name, the same in every run.
 */
export interface TenantSeed {
  /** Tenant id (GUID). */
  readonly id?: string;
  /** Display name. Default `Contoso`. */
  readonly name?: string;
  /** Verified domains; the first is the primary one. Default `NAME.example` and `NAME.onmicrosoft.com`. */
  readonly domains?: readonly string[];
  readonly people?: readonly PersonSeed[];
  readonly groups?: readonly GroupSeed[];
  /** Directory roles and administrative units, which come along with groups in `memberOf`. */
  readonly directoryObjects?: readonly DirectoryObjectSeed[];
  readonly applications?: readonly ApplicationSeed[];
  /** Storage accounts: a name, or a name and who may do what. */
  readonly storageAccounts?: readonly (string | StorageAccountSeed)[];
  /** Delegated permissions of Graph beyond those that the emulator knows; people can consent to them. */
  readonly graphScopes?: readonly string[];
  readonly policies?: Partial<Policies>;
  readonly variants?: Partial<Variants>;
}

/** A person of the directory. Names of properties are Graph's. */
export interface PersonSeed {
  /** Object id (GUID). */
  readonly oid?: string;
  /** User principal name, as in `jane@contoso.example`; for a guest made from `mail` where it is missing. */
  readonly upn?: string;
  readonly displayName?: string;
  readonly givenName?: string;
  readonly surname?: string;
  /** Null: no mailbox. Default: the UPN. */
  readonly mail?: string | null;
  readonly department?: string;
  readonly jobTitle?: string;
  /** Object id or UPN of the manager. */
  readonly managerOid?: string;
  readonly officeLocation?: string;
  readonly mobilePhone?: string;
  readonly businessPhones?: readonly string[];
  readonly preferredLanguage?: string;
  readonly employeeId?: string;
  readonly companyName?: string;
  readonly country?: string;
  /** False: sign-in ends with AADSTS50057. Default true. */
  readonly enabled?: boolean;
  /** Asked for only where the policy `askPassword` is set. */
  readonly password?: string;
  /** Tenant id of the home tenant; makes the person a guest. */
  readonly homeTenant?: string;
  /** Directory roles by name; `Global Administrator` may consent for all. */
  readonly roles?: readonly string[];
  /** False: a second factor has to be set up first (AADSTS50079). Default true. */
  readonly secondFactor?: boolean;
  /** Base64 of a JPEG; `generated` for a small made-up one. Default: no photo. */
  readonly photo?: string;
}

/** A group. Members are named by object id, UPN, or the display name of another group. */
export interface GroupSeed {
  readonly id?: string;
  readonly displayName: string;
  readonly description?: string;
  /** Default true; Microsoft 365 groups are often false. */
  readonly securityEnabled?: boolean;
  /** Default: true for a Microsoft 365 group. */
  readonly mailEnabled?: boolean;
  /** `['Unified']` for a Microsoft 365 group. Default none. */
  readonly groupTypes?: readonly string[];
  readonly members?: readonly string[];
}

/** A directory role or administrative unit. */
export interface DirectoryObjectSeed {
  readonly kind: 'directoryRole' | 'administrativeUnit';
  readonly id?: string;
  readonly displayName: string;
  readonly members?: readonly string[];
}

/** Which kind of client a redirect URI belongs to. */
export type Platform = 'web' | 'spa' | 'public';

/** A secret of an application. Times in milliseconds since 1970-01-01 UTC. */
export interface SecretSeed {
  readonly value: string;
  /** Default: two years after the start of the emulator. */
  readonly expiresAt?: number;
  readonly displayName?: string;
}

/** Trust in another issuer's tokens as credential of an application. */
export interface FederatedCredentialSeed {
  readonly issuer: string;
  readonly subject: string;
  /** Default `api://AzureADTokenExchange`. */
  readonly audience?: string;
  /** Public keys of the issuer, as JWKs; the emulator asks no network for them. */
  readonly keys: readonly object[];
}

/** An app registration together with its enterprise application. */
export interface ApplicationSeed {
  /** Application (client) id, GUID. */
  readonly appId?: string;
  readonly displayName?: string;
  /** Redirect URIs, byte for byte; text alone is of platform `web`. */
  readonly redirectUris?: readonly (
    | string
    | { readonly uri: string; readonly platform: Platform }
  )[];
  readonly secrets?: readonly (string | SecretSeed)[];
  /** PEM certificates whose keys may sign client assertions. */
  readonly certificates?: readonly string[];
  readonly federatedCredentials?: readonly FederatedCredentialSeed[];
  /** The boxes "Access tokens" and "ID tokens" under "Implicit grant and hybrid flows". Default none. */
  readonly implicit?: { readonly idTokens?: boolean; readonly accessTokens?: boolean };
  /** "Allow public client flows". Default false. */
  readonly publicClient?: boolean;
  /** Accounts in this directory only, or in any. Default `AzureADMyOrg`. */
  readonly signInAudience?: 'AzureADMyOrg' | 'AzureADMultipleOrgs';
  /** "Front-channel logout URL". */
  readonly logoutUrl?: string;
  /** False: AADSTS7000112. Default true. */
  readonly enabled?: boolean;
  /** "Assignment required"; who is not in `assigned` gets AADSTS50105. Default false. */
  readonly assignmentRequired?: boolean;
  /** People (oid, UPN) and groups (id, name; direct members only) that may sign in. */
  readonly assigned?: readonly string[];
  /** Delegated permissions of the registration, as scopes; what `.default` and admin consent mean. */
  readonly permissions?: readonly string[];
  /** Application permissions granted by an administrator, as in `https://graph.microsoft.com/User.Read.All`. */
  readonly applicationPermissions?: readonly string[];
  /** Scopes that an administrator consented to for everybody; `all`: all of `permissions`. */
  readonly adminConsent?: readonly string[] | 'all';
  /** Optional claims, as in `{ idToken: ['email', 'sid'] }`. */
  readonly optionalClaims?: {
    readonly idToken?: readonly string[];
    readonly accessToken?: readonly string[];
  };
  /** `groupMembershipClaims` of the manifest. Default `None`. */
  readonly groupClaims?: 'None' | 'SecurityGroup' | 'All';
  /** App roles of people and groups: oid, UPN, id or name to values of the `roles` claim. */
  readonly roleAssignments?: { readonly [subject: string]: readonly string[] };
  /** An API that others ask tokens for. */
  readonly api?: ApiSeed;
  /** Signs with a key of its own, which is published only under `?appid=`. Default false. */
  readonly ownSigningKey?: boolean;
}

/** "Expose an API". */
export interface ApiSeed {
  /** Default `api://APP-ID`. */
  readonly identifierUris?: readonly string[];
  readonly scopes?: readonly (
    | string
    | { readonly value: string; readonly adminConsent: boolean }
  )[];
  /** Values of application permissions. */
  readonly appRoles?: readonly string[];
  /** `requestedAccessTokenVersion`. Default 2. */
  readonly tokenVersion?: 1 | 2;
}

/** A storage account and the roles "Storage Blob Data Contributor" and "Reader" at it. */
export interface StorageAccountSeed {
  readonly name: string;
  /** People, groups, applications (appId) or `everyone`. Default everyone. */
  readonly contributors?: readonly string[] | 'everyone';
  readonly readers?: readonly string[] | 'everyone';
}
