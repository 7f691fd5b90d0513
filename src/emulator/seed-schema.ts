import { z } from 'zod';
import type { CloudName } from './clouds.ts';
import type {
  ApiSeed,
  ApplicationSeed,
  DirectoryObjectSeed,
  FederatedCredentialSeed,
  GroupSeed,
  PersonSeed,
  SecretSeed,
  StorageAccountSeed,
  TenantSeed,
} from './seed.ts';
import type { PolicySeed, Throttle } from './tenant/policies.ts';
import { VARIANTS, type VariantEntry, type VariantSeed } from './variants.ts';

/** What a seed file says: one tenant, or several under `tenants`. */
export interface SeedFile extends TenantSeed {
  readonly cloud?: CloudName | undefined;
  readonly tenants?: readonly TenantSeed[] | undefined;
}

const text = z.string().optional();
const texts = z.array(z.string()).optional();
const flag = z.boolean().optional();
const guid = z.guid();

/** A person, as `PersonSeed` describes one. */
export const personSchema: z.ZodType<PersonSeed> = z.strictObject({
  oid: guid.optional(),
  upn: z.string().min(1).optional(),
  displayName: text,
  givenName: text,
  surname: text,
  mail: z.string().nullable().optional(),
  department: text,
  jobTitle: text,
  managerOid: text,
  officeLocation: text,
  mobilePhone: text,
  businessPhones: texts,
  preferredLanguage: text,
  employeeId: text,
  companyName: text,
  country: text,
  enabled: flag,
  password: text,
  homeTenant: guid.optional(),
  roles: texts,
  secondFactor: flag,
  photo: text,
});

/** A group, as `GroupSeed` describes one. */
export const groupSchema: z.ZodType<GroupSeed> = z.strictObject({
  id: guid.optional(),
  displayName: z.string().min(1),
  description: text,
  securityEnabled: flag,
  mailEnabled: flag,
  groupTypes: texts,
  members: texts,
});

const directoryObjectSchema: z.ZodType<DirectoryObjectSeed> = z.strictObject({
  kind: z.enum(['directoryRole', 'administrativeUnit']),
  id: guid.optional(),
  displayName: z.string().min(1),
  members: texts,
});

/** Dates of a file are text; the library takes milliseconds. */
const date = z.iso
  .date()
  .or(z.iso.datetime())
  .transform((value) => Date.parse(value));

const secretSchema: z.ZodType<SecretSeed> = z.strictObject({
  value: z.string().min(1),
  expiresAt: date.or(z.number()).optional(),
  displayName: text,
});

const federatedSchema: z.ZodType<FederatedCredentialSeed> = z.strictObject({
  issuer: z.string(),
  subject: z.string(),
  audience: text,
  keys: z.array(z.record(z.string(), z.unknown())),
});

const apiSchema: z.ZodType<ApiSeed> = z.strictObject({
  identifierUris: texts,
  scopes: z
    .array(z.string().or(z.strictObject({ value: z.string(), adminConsent: z.boolean() })))
    .optional(),
  appRoles: texts,
  tokenVersion: z.literal([1, 2]).optional(),
});

const platform = z.enum(['web', 'spa', 'public']);

/** An application, as `ApplicationSeed` describes one. */
export const applicationSchema: z.ZodType<ApplicationSeed> = z.strictObject({
  appId: guid.optional(),
  displayName: text,
  redirectUris: z.array(z.string().or(z.strictObject({ uri: z.string(), platform }))).optional(),
  secrets: z.array(z.string().or(secretSchema)).optional(),
  certificates: texts,
  federatedCredentials: z.array(federatedSchema).optional(),
  implicit: z.strictObject({ idTokens: flag, accessTokens: flag }).optional(),
  publicClient: flag,
  signInAudience: z.enum(['AzureADMyOrg', 'AzureADMultipleOrgs']).optional(),
  logoutUrl: z.url({ protocol: /^https?$/ }).optional(),
  enabled: flag,
  assignmentRequired: flag,
  assigned: texts,
  permissions: texts,
  applicationPermissions: texts,
  adminConsent: z.array(z.string()).or(z.literal('all')).optional(),
  optionalClaims: z.strictObject({ idToken: texts, accessToken: texts }).optional(),
  groupClaims: z.enum(['None', 'SecurityGroup', 'All']).optional(),
  roleAssignments: z.record(z.string(), z.array(z.string())).optional(),
  api: apiSchema.optional(),
  ownSigningKey: flag,
});

const who = z.array(z.string()).or(z.literal('everyone')).optional();

const storageName = z.string().regex(/^[a-z0-9]{3,24}$/);

const storageAccountSchema: z.ZodType<StorageAccountSeed> = z.strictObject({
  name: storageName,
  contributors: who,
  readers: who,
});

const seconds = z.number().int().positive();
const lifetime = seconds.or(z.literal('random')).optional();

const throttleSchema: z.ZodType<Throttle> = z.strictObject({
  requests: z.number().int().nonnegative(),
  windowMs: z.number().int().positive(),
  retryAfterSeconds: z.number().int().nonnegative(),
});

/** Policies, those that are given. */
export const policiesSchema: z.ZodType<PolicySeed> = z.strictObject({
  askPassword: flag,
  userConsent: flag,
  adminConsentWorkflow: flag,
  secondFactor: z.enum(['never', 'always']).or(z.array(z.string())).optional(),
  blocks: z
    .array(
      z.strictObject({
        error: z.literal([53003, 53000, 53001, 530032, 50097, 50158]),
        people: texts,
        applications: texts,
      }),
    )
    .optional(),
  continuousAccess: flag,
  strictRevocation: flag,
  authenticationContexts: z
    .array(z.strictObject({ path: z.string(), context: z.string() }))
    .optional(),
  accessTokenSeconds: lifetime,
  longAccessTokenSeconds: lifetime,
  codeSeconds: seconds.optional(),
  refreshTokenSeconds: seconds.optional(),
  spaRefreshTokenSeconds: seconds.optional(),
  signInFrequencySeconds: seconds.nullable().optional(),
  graphThrottle: throttleSchema.nullable().optional(),
  tokenThrottle: throttleSchema.nullable().optional(),
  loopLimit: z.number().int().positive().optional(),
  autopilot: z.string().nullable().optional(),
});

const VARIANT_ENTRIES: { readonly [name: string]: VariantEntry } = VARIANTS;

/** Variants, those that are given; each one of its values. */
export const variantsSchema: z.ZodType<VariantSeed> = z.strictObject(
  Object.fromEntries(
    Object.entries(VARIANT_ENTRIES).map(([name, { values }]) => [
      name,
      z.literal([...values]).optional(),
    ]),
  ),
);

const tenantMembers = {
  id: guid.optional(),
  name: z.string().min(1).optional(),
  domains: z.array(z.string().min(1)).min(1).optional(),
  people: z.array(personSchema).optional(),
  groups: z.array(groupSchema).optional(),
  directoryObjects: z.array(directoryObjectSchema).optional(),
  applications: z.array(applicationSchema).optional(),
  storageAccounts: z.array(storageName.or(storageAccountSchema)).optional(),
  graphScopes: texts,
  policies: policiesSchema.optional(),
  variants: variantsSchema.optional(),
};

/** A seed file. */
export const seedFileSchema: z.ZodType<SeedFile> = z.strictObject({
  cloud: z.enum(['public', 'us-gov', 'us-gov-dod', 'china']).optional(),
  ...tenantMembers,
  tenants: z.array(z.strictObject(tenantMembers)).min(1).optional(),
});
