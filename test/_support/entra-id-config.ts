import type { EntraIdConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';

/** A method with every default, as the configuration has it. */
export const ENTRA_ID: EntraIdConfig = {
  type: 'entra-id',
  id: '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11',
  name: 'Contoso',
  description: 'Staff of Contoso',
  directoryId: '8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10',
  applicationId: '5e2a9d34-77c1-4f0b-8a43-0c9be51d6f28',
  baseGroups: [],
  groupAssociation: 'base-groups',
  groupLookup: 'transitive',
  matchGroupsBy: 'name',
  onGroupError: 'deny',
  baseRoles: [],
  proxy: { kind: 'direct' },
  tlsTrustedCertificates: [],
  removeUsernameSuffix: [],
  cloud: 'public',
  flow: 'auto',
  apiScopes: [],
  credential: null,
  allowGuests: true,
  showPhoto: false,
  logout: 'local',
  authority: null,
};

/** Client secrets as the configuration has them. */
export const passwords = (
  ...texts: readonly string[]
): NonNullable<EntraIdConfig['credential']> => ({
  kind: 'password',
  passwords: texts.map((text) => new Secret(text)),
  expiresAt: null,
});
