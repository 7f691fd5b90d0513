import { sharePointName } from '../../addresses.ts';
import { type Person } from '../../tenant/person.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { World } from '../../world.ts';
import type { GraphObject } from '../odata.ts';
import type { Drive, DriveItem } from './drive.ts';

/** Where the emulator stands: what objects of a drive are printed from. */
export interface DriveContext {
  readonly world: World;
  readonly tenant: Tenant;
  readonly person: Person;
  readonly drive: Drive;
}

/** Public origin of the tenant's SharePoint host. */
export const sharePointOrigin = ({ cloud }: World, tenant: Tenant): string =>
  `https://${sharePointName(tenant)}.${cloud.sharePointSuffix}`;

const personalSite = ({ world, tenant, person }: DriveContext): string =>
  `${sharePointOrigin(world, tenant)}/personal/${person.upn.replaceAll(/[@.]/g, '_')}/Documents`;

const identity = ({ oid, displayName, mail }: Person): GraphObject => ({
  user: { id: oid, displayName, ...(mail === null ? {} : { email: mail }) },
});

/**
 * A drive.
 *
 * @see https://learn.microsoft.com/graph/api/resources/drive
 */
export const driveObject = (context: DriveContext): GraphObject => ({
  id: context.drive.id,
  driveType: 'business',
  name: 'OneDrive',
  owner: identity(context.person),
  quota: {
    deleted: 0,
    remaining: 1_099_511_627_776,
    state: 'normal',
    total: 1_099_511_627_776,
    used: 0,
  },
  webUrl: personalSite(context),
});

/**
 * A file or folder.
 *
 * @see https://learn.microsoft.com/graph/api/resources/driveitem
 */
export function itemObject(context: DriveContext, item: DriveItem): GraphObject {
  const { drive, person } = context;
  const path = drive.pathOf(item);
  return {
    createdDateTime: isoTime(item.createdAt),
    eTag: `"{${item.guid}},${item.version}"`,
    id: item.id,
    lastModifiedDateTime: isoTime(item.modifiedAt),
    name: item.name,
    webUrl: [personalSite(context), ...path.map(encodeURIComponent)].join('/'),
    cTag: `"c:{${item.guid}},${item.version}"`,
    size: sizeOf(drive, item),
    createdBy: identity(person),
    lastModifiedBy: identity(person),
    parentReference: parentReference(drive, item),
    ...(item.content === null ? folderFacet(drive, item) : { file: { mimeType: item.mimeType } }),
    fileSystemInfo: {
      createdDateTime: isoTime(item.createdAt),
      lastModifiedDateTime: isoTime(item.modifiedAt),
    },
  };
}

const isoTime = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

function sizeOf(drive: Drive, item: DriveItem): number {
  if (item.content !== null) return item.content.length;
  return drive.children(item).reduce((sum, child) => sum + sizeOf(drive, child), 0);
}

const folderFacet = (drive: Drive, item: DriveItem): GraphObject => ({
  folder: { childCount: drive.children(item).length },
  ...(item.parentId === null ? { root: {} } : {}),
});

function parentReference(drive: Drive, item: DriveItem): GraphObject {
  if (item.parentId === null) return { driveType: 'business', driveId: drive.id };
  const folders = drive.pathOf(item).slice(0, -1).map(encodeURIComponent);
  const path = [`/drives/${drive.id}/root:`, ...folders].join('/');
  return { driveType: 'business', driveId: drive.id, id: item.parentId, path };
}
