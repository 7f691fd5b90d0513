import { resolve } from 'node:path';
import type {
  AuthenticationConfig,
  AuthorityConfig,
  EntraIdConfig,
  ExtensionMethodConfig,
  GroupAssociation,
} from '../config.ts';
import type {
  AuthenticationEntry,
  AuthorityEntry,
  EntraIdEntry,
  ExtensionMethodEntry,
} from '../schema/authentication.ts';
import { EntradaError } from '../../errors.ts';
import type { Sources } from '../sources.ts';
import { settleCredential } from './credential.ts';
import { settleCertificates, settleProxy } from './proxy.ts';

/** Settles one method of the chain. */
export function settleAuthentication(
  entry: AuthenticationEntry,
  sources: Sources,
): AuthenticationConfig {
  return entry.type === 'extension'
    ? settleExtensionMethod(entry, sources)
    : settleEntraId(entry, sources);
}

function settleExtensionMethod(
  entry: ExtensionMethodEntry,
  sources: Sources,
): ExtensionMethodConfig {
  const { type, id, name, description, extension } = entry;
  return {
    type,
    id,
    name,
    description,
    extension,
    baseGroups: distinct(entry.base_groups),
    baseRoles: distinct(entry.base_roles),
    removeUsernameSuffix: distinct(entry.remove_username_suffix),
    proxy: settleProxy(entry.proxy, sources),
    tlsTrustedCertificates: settleCertificates(entry.tls_trusted_certificates, sources),
  };
}

function settleEntraId(entry: EntraIdEntry, sources: Sources): EntraIdConfig {
  const { directory } = sources;
  const { type, id, name, description } = entry;
  return {
    type,
    id,
    name,
    description,
    proxy: settleProxy(entry.proxy, sources),
    tlsTrustedCertificates: settleCertificates(entry.tls_trusted_certificates, sources),
    directoryId: entry.directory_id,
    applicationId: applicationId(entry),
    baseGroups: distinct(entry.base_groups),
    groupAssociation: ASSOCIATIONS[entry.group_association],
    groupLookup: entry.group_lookup,
    matchGroupsBy: entry.match_groups_by,
    onGroupError: entry.on_group_error,
    baseRoles: distinct(entry.base_roles),
    removeUsernameSuffix: distinct(entry.remove_username_suffix),
    cloud: entry.cloud,
    flow: entry.flow,
    apiScopes: distinct(entry.api_scopes),
    credential: settleCredential(entry, directory),
    allowGuests: entry.allow_guests,
    showPhoto: entry.show_photo,
    logout: entry.logout,
    authority: entry.authority ? settleAuthority(entry.authority, directory) : null,
  };
}

/** Both spellings of the documentation. */
const ASSOCIATIONS: { readonly [Word in EntraIdEntry['group_association']]: GroupAssociation } = {
  'base-groups': 'base-groups',
  'base-and-azure-groups': 'base-and-azure-groups',
  'base-and-cloud-groups': 'base-and-azure-groups',
};

function applicationId(entry: EntraIdEntry): string {
  const id = entry.application_id ?? entry.client_id;
  if (id === undefined) throw new EntradaError('CONFIG_MISSING_KEY', 'application_id is missing');
  return id;
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}

function settleAuthority({ login, ca, map }: AuthorityEntry, directory: string): AuthorityConfig {
  return { login, ca: ca === undefined ? null : resolve(directory, ca), map };
}
