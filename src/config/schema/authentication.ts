import { z } from 'zod';
import type { EntraIdConfig, FlowName, GroupAssociation } from '../config.ts';
import { withTraits } from '../document/traits.ts';
import type { CloudName } from '../values/cloud.ts';
import { EXTENSION_NAME_PATTERN, nameOf } from '../values/names.ts';
import { GUID_PATTERN, parseGuid, parseTenant, TENANT_PATTERN } from '../values/guid.ts';
import { ORIGIN_PATTERN, parseLoopbackOrigin, parseOrigin } from '../values/origin.ts';
import { parseScope, parseSuffix, SCOPE_PATTERN } from '../values/scope.ts';
import {
  certificateSchema,
  federatedAssertionSchema,
  passwordExpiresSchema,
  PASSWORD,
  passwordSchema,
  type CredentialEntry,
} from './credential.ts';
import { id, list, name, orEmpty, filePath, text, word, words } from './forms.ts';
import { proxySchema, trustedCertificatesSchema, type NetworkEntry } from './proxy.ts';

/** One entry of `authentications`, as it is written. */
export type AuthenticationEntry = EntraIdEntry | ExtensionMethodEntry;

/** An entry of `type: entra-id`. */
export interface EntraIdEntry extends CredentialEntry, NetworkEntry {
  readonly id: string;
  readonly type: 'entra-id';
  readonly name: string;
  readonly description: string;
  readonly directory_id: string;
  readonly application_id?: string | undefined;
  /** Another name for `application_id`. */
  readonly client_id?: string | undefined;
  readonly base_groups: readonly string[];
  readonly group_association: GroupAssociation | 'base-and-cloud-groups';
  readonly group_lookup: EntraIdConfig['groupLookup'];
  readonly match_groups_by: EntraIdConfig['matchGroupsBy'];
  readonly on_group_error: EntraIdConfig['onGroupError'];
  readonly base_roles: readonly string[];
  readonly remove_username_suffix: readonly string[];
  readonly cloud: CloudName;
  readonly flow: FlowName;
  readonly api_scopes: readonly string[];
  readonly allow_guests: boolean;
  readonly show_photo: boolean;
  readonly logout: EntraIdConfig['logout'];
  readonly authority?: AuthorityEntry | undefined;
}

/** An entry of `type: extension`. */
export interface ExtensionMethodEntry extends NetworkEntry {
  readonly id: string;
  readonly type: 'extension';
  readonly name: string;
  readonly description: string;
  readonly extension: string;
  readonly base_groups: readonly string[];
  readonly base_roles: readonly string[];
  readonly remove_username_suffix: readonly string[];
}

export interface AuthorityEntry {
  readonly login: string;
  readonly ca?: string | undefined;
  readonly map: { readonly [origin: string]: string };
}

/** The other documented types. */
const LATER_TYPES = [
  'anonymous',
  'application',
  'deny-username',
  'google-identity',
  'http',
  'ip-time-ban',
  'ldap',
  'local-file',
  'okta-oidc',
  'os',
  'radius',
];

const guid = (expects: string): z.ZodType<string, string> =>
  text({ parse: parseGuid, expects, pattern: GUID_PATTERN });

const loopbackOrigin = text({
  parse: parseLoopbackOrigin,
  expects: 'an https origin on this machine',
  pattern: ORIGIN_PATTERN,
});

const authority = z.strictObject({
  login: loopbackOrigin.describe('Origin that stands in for https://login.microsoftonline.com.'),
  ca: filePath('the path of a PEM file')
    .optional()
    .describe('PEM file with the authority that signed the certificates of the emulator.'),
  map: z
    .record(
      text({ parse: parseOrigin, expects: 'an https origin', pattern: ORIGIN_PATTERN }),
      loopbackOrigin,
    )
    .prefault({})
    .describe('For each API, the origin on this machine that stands in for it.'),
});

const description = (says: string): z.ZodType<string, string | null | undefined> =>
  orEmpty(words('a sentence'), '').prefault('').describe(says);

const baseGroups = list(id('a group'), 'a list of ids of groups')
  .prefault([])
  .describe(
    'Ids of the groups of this file that everybody gets who signs in here. The first is the primary group.',
  );

const suffixes = list(
  text({ parse: parseSuffix, expects: 'the end of usernames, as in @example.com' }),
  'a list of ends of usernames, as in @example.com',
)
  .prefault([])
  .describe('The first of these that a username ends with is taken off it.');

const entraId = z
  .strictObject({
    id: id('this method').describe(
      'The AUTH-UUID: a name of its own that never changes, for it is a part of the redirect URI.',
    ),
    type: withTraits(z.literal('entra-id'), { substitution: 'written' }).describe(
      'People sign in with Microsoft Entra ID.',
    ),
    name: name('a name')
      .prefault('Microsoft Entra ID')
      .describe('Shown on the link of the sign-in page.'),
    description: description(
      'A sentence about it, which the sign-in page shows below the link: to everybody.',
    ),
    directory_id: text({
      parse: parseTenant,
      expects: 'the directory (tenant) ID, a GUID',
      pattern: TENANT_PATTERN,
    }).describe(
      'Directory (tenant) ID of the one organization whose people may sign in. A verified domain name does, too.',
    ),
    application_id: guid('the application (client) ID, a GUID')
      .optional()
      .describe('Application (client) ID of the app registration in Entra.'),
    client_id: guid('the application (client) ID, a GUID')
      .optional()
      .describe('Another name for application_id. Write one of the two.'),
    base_groups: baseGroups,
    group_association: word('base-groups', 'base-and-azure-groups', 'base-and-cloud-groups')
      .prefault('base-groups')
      .describe(
        'base-groups: everybody gets base_groups and nothing else. base-and-azure-groups (or base-and-cloud-groups): also the groups of this file that have the same name, letter by letter, as a security group of the person in Entra.',
      ),
    group_lookup: word('transitive', 'direct', 'ids')
      .prefault('transitive')
      .describe(
        'transitive: groups that the person is in by way of other groups count. direct: only those that list the person. ids: as transitive, but their ids alone are read, up to 11,000 by one request instead of 999 a page; needs match_groups_by: id, and the permission GroupMember.Read.All.',
      ),
    match_groups_by: word('name', 'id')
      .prefault('name')
      .describe(
        'name: by the names of groups, which are not unique in Entra, so that whoever may make groups there can choose one. id: by entra_group_id of groups of this file; the permission GroupMember.Read.All is then not needed, unless group_lookup is ids.',
      ),
    on_group_error: word('deny', 'base-groups')
      .prefault('deny')
      .describe(
        'What happens when the groups of a person cannot be read from Entra. deny: the sign-in fails. base-groups: the person gets base_groups alone, and the record of the sign-in says why.',
      ),
    base_roles: list(id('a role'), 'a list of ids of roles')
      .prefault([])
      .describe(
        'Ids of the roles that everybody gets who signs in here. When it is not empty, everybody whom Entra accepts is an administrator.',
      ),
    proxy: proxySchema,
    tls_trusted_certificates: trustedCertificatesSchema,
    remove_username_suffix: suffixes,
    cloud: word('public', 'us-gov', 'us-gov-dod', 'china')
      .prefault('public')
      .describe(
        'The cloud of Microsoft that the tenant is in. us-gov is GCC High, us-gov-dod is DoD, china is operated by 21Vianet.',
      ),
    flow: word('auto', 'code', 'hybrid', 'implicit')
      .prefault('auto')
      .describe(
        'How tokens come. auto: by the browser without api_scopes, by an authorization code with them. code: always by a code, which needs a credential and keeps access tokens away from the browser. hybrid: by a code that an ID token comes with. implicit: always by the browser.',
      ),
    api_scopes: list(
      text({ parse: parseScope, expects: 'a scope', pattern: SCOPE_PATTERN }),
      'a list of scopes',
    )
      .prefault([])
      .describe(
        'Permissions for APIs that are asked for at sign-in. Extensions get one token for each API. Needs password, certificate or federated_assertion.',
      ),
    password: passwordSchema.nullable().optional().describe(PASSWORD),
    password_expires: passwordExpiresSchema.optional(),
    certificate: certificateSchema.optional(),
    federated_assertion: federatedAssertionSchema.optional(),
    allow_guests: z
      .boolean()
      .prefault(true)
      .describe('false: guests of the tenant, whose account is of another one, are refused.'),
    show_photo: z
      .boolean()
      .prefault(false)
      .describe(
        'true: the page that tells people who they are shows their photo of Microsoft 365, or their initials. It is read from Graph with each look at the page and kept nowhere. Needs a permission of Graph in api_scopes that reads the person, as User.Read does.',
      ),
    logout: word('local', 'entra')
      .prefault('local')
      .describe(
        'What signing out ends. local: the session here. entra: then also the one at Microsoft, with all other applications of the browser.',
      ),
    authority: authority
      .optional()
      .describe('An emulator on this machine instead of Entra: for tests and demonstrations only.'),
  })
  .meta({
    oneOf: [{ required: ['application_id'] }, { required: ['client_id'] }],
  });

const extensionMethod = z.strictObject({
  id: id('this method').describe(
    'A name of its own that never changes: whoever signs in by this method is told from others by it.',
  ),
  type: withTraits(z.literal('extension'), { substitution: 'written' }).describe(
    'People type a username and a password, and an extension says whose they are.',
  ),
  name: name('a name')
    .prefault('Username and password')
    .describe('Shown above the form of the sign-in page.'),
  description: description('For the operator alone.'),
  extension: text({
    parse: nameOf(
      EXTENSION_NAME_PATTERN,
      'the name of an extension',
      'Use small letters, digits and -, at most 40.',
    ),
    expects: 'the name of an extension',
    pattern: EXTENSION_NAME_PATTERN,
  }).describe(
    'Name of the extension whose authenticate hook is asked, as its manifest has it. It is in extensions, too, with mode: enforce. It sees usernames and passwords, in a process of its own.',
  ),
  base_groups: baseGroups,
  base_roles: list(id('a role'), 'a list of ids of roles')
    .prefault([])
    .describe(
      'Ids of the roles that everybody gets who signs in here. When it is not empty, everybody whom the extension accepts is an administrator.',
    ),
  remove_username_suffix: suffixes,
  proxy: proxySchema,
  tls_trusted_certificates: trustedCertificatesSchema,
});

export const authenticationSchema: z.ZodType<AuthenticationEntry> = withTraits(
  z.discriminatedUnion('type', [entraId, extensionMethod]),
  { expects: 'a method of authentication', unavailable: LATER_TYPES },
);
