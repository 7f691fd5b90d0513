import type { DirectoryObjectSeed, GroupSeed } from '../seed.ts';
import { stableGuid } from '../stable-id.ts';

export type GroupKind = 'group' | 'directoryRole' | 'administrativeUnit';

/** What a person can be a member of: a group, a directory role, an administrative unit. */
export interface Group {
  readonly kind: GroupKind;
  /** Object id (GUID, lower case). */
  readonly id: string;
  /** Not unique in Entra. */
  displayName: string;
  description: string | null;
  securityEnabled: boolean;
  mailEnabled: boolean;
  mail: string | null;
  groupTypes: readonly string[];
}

/** The group that a seed describes. `index` tells groups of one name apart. */
export function createGroup(seed: GroupSeed, tenantId: string, domain: string, index = 0): Group {
  const unified = seed.groupTypes?.includes('Unified') ?? false;
  const mailEnabled = seed.mailEnabled ?? unified;
  return {
    kind: 'group',
    id: (seed.id ?? groupId(tenantId, seed.displayName, index)).toLowerCase(),
    displayName: seed.displayName,
    description: seed.description ?? null,
    securityEnabled: seed.securityEnabled ?? true,
    mailEnabled,
    mail: mailEnabled ? mailOf(seed.displayName, domain) : null,
    groupTypes: seed.groupTypes ?? [],
  };
}

const groupId = (tenantId: string, name: string, index: number): string =>
  stableGuid('group', tenantId, name, ...(index === 0 ? [] : [String(index)]));

const mailOf = (name: string, domain: string): string =>
  `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@${domain}`;

/** The role or unit that a seed describes. */
export const createDirectoryObject = (seed: DirectoryObjectSeed, tenantId: string): Group => ({
  kind: seed.kind,
  id: (seed.id ?? stableGuid(seed.kind, tenantId, seed.displayName)).toLowerCase(),
  displayName: seed.displayName,
  description: null,
  securityEnabled: false,
  mailEnabled: false,
  mail: null,
  groupTypes: [],
});

/**
 * `S-1-12-1-…`: the object id as four little-endian numbers.
 *
 * @see https://learn.microsoft.com/graph/api/resources/group (securityIdentifier)
 */
export function securityIdentifier(id: string): string {
  const hex = id.replaceAll('-', '');
  const bytes = Buffer.from(hex, 'hex');
  const [data1, data2, data3] = [
    bytes.readUInt32BE(0),
    bytes.readUInt16BE(4),
    bytes.readUInt16BE(6),
  ];
  // A GUID keeps its first three fields in little-endian order in memory; the rest is bytes as they stand.
  const parts = [data1, data3 * 0x10000 + data2, bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
  return ['S-1-12-1', ...parts].join('-');
}
