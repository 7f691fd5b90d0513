import type { Reply } from '../../http/reply.ts';
import { jsonOf } from '../../http/request.ts';
import { type GraphCall, graphJson } from '../graph-route.ts';
import { project, selected } from '../odata.ts';
import { personOf } from '../people.ts';
import type { DriveItem } from './drive.ts';
import { type DriveContext, itemObject } from './drive-object.ts';
import type { ItemAddress } from './item-address.ts';
import { uploadOrigin } from './transfer-routes.ts';

/** One call about an item. */
export interface ItemCall extends DriveContext {
  readonly call: GraphCall;
  readonly address: ItemAddress;
}

/** Whose drive a path means: mine, that of `/users/ID`, or by the id of the drive. */
export function contextOf(call: GraphCall): DriveContext | Reply {
  const { world, parameters, caller } = call;
  const { driveId } = parameters;
  const { people } = caller.tenant.directory;
  const owner = driveId === undefined ? personOf(call) : world.drives.owner(driveId, people);
  if (owner === undefined) return call.error('itemNotFound');
  if ('status' in owner) return owner;
  return { world, tenant: caller.tenant, person: owner, drive: world.drives.of(owner) };
}

/** An item with its context and a link to read it without a token. */
export function itemReply(item: ItemCall, found: DriveItem, status = 200): Reply {
  const link =
    found.content === null ? {} : { '@microsoft.graph.downloadUrl': downloadUrl(item, found) };
  return graphJson(
    {
      '@odata.context': `${item.call.base}/$metadata#drives('${item.drive.id}')/items/$entity`,
      ...link,
      ...project(itemObject(item, found), selected(item.call)),
    },
    status,
  );
}

/** A link to read an item without a token. */
export const downloadUrl = ({ world, tenant }: ItemCall, found: DriveItem): string =>
  `${uploadOrigin(world, tenant)}/v1.0/drive-downloads?tempauth=${world.drives.openDownload(found)}`;

/** A member of the JSON that was sent. */
export function bodyMember(call: GraphCall, name: string): unknown {
  const body = jsonOf(call.request);
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}
