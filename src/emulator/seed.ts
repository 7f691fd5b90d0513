import type { PolicySeed } from './tenant/policies.ts';
import type { VariantSeed } from './variants.ts';

/**
 * What a tenant is made of when the emulator starts. Everything is optional; an id that is not given is made from the
 * name, the same in every run.
 */
export interface TenantSeed {
  /** Tenant id (GUID). */
  readonly id?: string | undefined;
  /** Display name. Default `Contoso`. */
  readonly name?: string | undefined;
  /** Verified domains; the first is the primary one. Default `NAME.example` and `NAME.onmicrosoft.com`. */
  readonly domains?: readonly string[] | undefined;
  readonly people?: readonly PersonSeed[] | undefined;
  readonly groups?: readonly GroupSeed[] | undefined;
  /** Directory roles and administrative units, which come along with groups in `memberOf`. */
  readonly directoryObjects?: readonly DirectoryObjectSeed[] | undefined;
  readonly applications?: readonly ApplicationSeed[] | undefined;
  /** Storage accounts: a name, or a name and who may do what. */
  readonly storageAccounts?: readonly (string | StorageAccountSeed)[] | undefined;
  /** Delegated permissions of Graph beyond those that the emulator knows; people can consent to them. */
  readonly graphScopes?: readonly string[] | undefined;
  readonly policies?: PolicySeed | undefined;
  readonly variants?: VariantSeed | undefined;
}

/** A person of the directory. Names of properties are Graph's. */
export interface PersonSeed {
  /** Object id (GUID). */
  readonly oid?: string | undefined;
  /** User principal name, as in `jane@contoso.example`; for a guest made from `mail` where it is missing. */
  readonly upn?: string | undefined;
  readonly displayName?: string | undefined;
  readonly givenName?: string | undefined;
  readonly surname?: string | undefined;
  /** Null: no mailbox. Default: the UPN. */
  readonly mail?: string | null | undefined;
  readonly department?: string | undefined;
  readonly jobTitle?: string | undefined;
  /** Object id or UPN of the manager. */
  readonly managerOid?: string | undefined;
  readonly officeLocation?: string | undefined;
  readonly mobilePhone?: string | undefined;
  readonly businessPhones?: readonly string[] | undefined;
  readonly preferredLanguage?: string | undefined;
  readonly employeeId?: string | undefined;
  readonly companyName?: string | undefined;
  readonly country?: string | undefined;
  /** False: sign-in ends with AADSTS50057. Default true. */
  readonly enabled?: boolean | undefined;
  /** Asked for only where the policy `askPassword` is set. */
  readonly password?: string | undefined;
  /** Tenant id of the home tenant; makes the person a guest. */
  readonly homeTenant?: string | undefined;
  /** Directory roles by name; `Global Administrator` may consent for all. */
  readonly roles?: readonly string[] | undefined;
  /** False: a second factor has to be set up first (AADSTS50079). Default true. */
  readonly secondFactor?: boolean | undefined;
  /** Base64 of a JPEG; `generated` for a small made-up one. Default: no photo. */
  readonly photo?: string | undefined;
}

/** A group. Members are named by object id, UPN, or the display name of another group. */
export interface GroupSeed {
  readonly id?: string | undefined;
  readonly displayName: string;
  readonly description?: string | undefined;
  /** Default true; Microsoft 365 groups are often false. */
  readonly securityEnabled?: boolean | undefined;
  /** Default: true for a Microsoft 365 group. */
  readonly mailEnabled?: boolean | undefined;
  /** `['Unified']` for a Microsoft 365 group. Default none. */
  readonly groupTypes?: readonly string[] | undefined;
  readonly members?: readonly string[] | undefined;
}

/** A directory role or administrative unit. */
export interface DirectoryObjectSeed {
  readonly kind: 'directoryRole' | 'administrativeUnit';
  readonly id?: string | undefined;
  readonly displayName: string;
  readonly members?: readonly string[] | undefined;
}

/** Which kind of client a redirect URI belongs to. */
export type Platform = 'web' | 'spa' | 'public';

/** A secret of an application. Times in milliseconds since 1970-01-01 UTC. */
export interface SecretSeed {
  readonly value: string;
  /** Default: two years after the start of the emulator. */
  readonly expiresAt?: number | undefined;
  readonly displayName?: string | undefined;
}

/** Trust in another issuer's tokens as credential of an application. */
export interface FederatedCredentialSeed {
  readonly issuer: string;
  readonly subject: string;
  /** Default `api://AzureADTokenExchange`. */
  readonly audience?: string | undefined;
  /** Public keys of the issuer, as JWKs; the emulator asks no network for them. */
  readonly keys: readonly object[];
}

/** An app registration together with its enterprise application. */
export interface ApplicationSeed {
  /** Application (client) id, GUID. */
  readonly appId?: string | undefined;
  readonly displayName?: string | undefined;
  /** Redirect URIs, byte for byte; text alone is of platform `web`. */
  readonly redirectUris?:
    | readonly (string | { readonly uri: string; readonly platform: Platform })[]
    | undefined;
  readonly secrets?: readonly (string | SecretSeed)[] | undefined;
  /** PEM certificates whose keys may sign client assertions. */
  readonly certificates?: readonly string[] | undefined;
  readonly federatedCredentials?: readonly FederatedCredentialSeed[] | undefined;
  /** The boxes "Access tokens" and "ID tokens" under "Implicit grant and hybrid flows". Default none. */
  readonly implicit?:
    | { readonly idTokens?: boolean | undefined; readonly accessTokens?: boolean | undefined }
    | undefined;
  /** "Allow public client flows". Default false. */
  readonly publicClient?: boolean | undefined;
  /** Accounts in this directory only, or in any. Default `AzureADMyOrg`. */
  readonly signInAudience?: 'AzureADMyOrg' | 'AzureADMultipleOrgs' | undefined;
  /** "Front-channel logout URL". */
  readonly logoutUrl?: string | undefined;
  /** False: AADSTS7000112. Default true. */
  readonly enabled?: boolean | undefined;
  /** "Assignment required"; who is not in `assigned` gets AADSTS50105. Default false. */
  readonly assignmentRequired?: boolean | undefined;
  /** People (oid, UPN) and groups (id, name; direct members only) that may sign in. */
  readonly assigned?: readonly string[] | undefined;
  /** Delegated permissions of the registration, as scopes; what `.default` and admin consent mean. */
  readonly permissions?: readonly string[] | undefined;
  /** Application permissions granted by an administrator, as in `https://graph.microsoft.com/User.Read.All`. */
  readonly applicationPermissions?: readonly string[] | undefined;
  /** Scopes that an administrator consented to for everybody; `all`: all of `permissions`. */
  readonly adminConsent?: readonly string[] | 'all' | undefined;
  /** Optional claims, as in `{ idToken: ['email', 'sid'] }`. */
  readonly optionalClaims?:
    | {
        readonly idToken?: readonly string[] | undefined;
        readonly accessToken?: readonly string[] | undefined;
      }
    | undefined;
  /** `groupMembershipClaims` of the manifest. Default `None`. */
  readonly groupClaims?: 'None' | 'SecurityGroup' | 'All' | undefined;
  /** App roles of people and groups: oid, UPN, id or name to values of the `roles` claim. */
  readonly roleAssignments?: { readonly [subject: string]: readonly string[] } | undefined;
  /** An API that others ask tokens for. */
  readonly api?: ApiSeed | undefined;
  /** Signs with a key of its own, which is published only under `?appid=`. Default false. */
  readonly ownSigningKey?: boolean | undefined;
}

/** "Expose an API". */
export interface ApiSeed {
  /** Default `api://APP-ID`. */
  readonly identifierUris?: readonly string[] | undefined;
  readonly scopes?:
    | readonly (string | { readonly value: string; readonly adminConsent: boolean })[]
    | undefined;
  /** Values of application permissions. */
  readonly appRoles?: readonly string[] | undefined;
  /** `requestedAccessTokenVersion`. Default 2. */
  readonly tokenVersion?: 1 | 2 | undefined;
}

/** A storage account and the roles "Storage Blob Data Contributor" and "Reader" at it. */
export interface StorageAccountSeed {
  readonly name: string;
  /** People, groups, applications (appId) or `everyone`. Default everyone. */
  readonly contributors?: readonly string[] | 'everyone' | undefined;
  readonly readers?: readonly string[] | 'everyone' | undefined;
}
