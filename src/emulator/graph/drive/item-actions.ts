import { empty, type Reply } from '../../http/reply.ts';
import { collectionReply, project, selected } from '../odata.ts';
import { itemObject } from './drive-object.ts';
import { locate } from './item-address.ts';
import { bodyMember, type ItemCall, itemReply } from './item-call.ts';

/** @see https://learn.microsoft.com/graph/api/driveitem-get */
export function getItem(item: ItemCall): Reply {
  const found = locate(item.drive, item.address);
  return found === undefined ? item.call.error('itemNotFound') : itemReply(item, found);
}

/** @see https://learn.microsoft.com/graph/api/driveitem-delete */
export function deleteItem({ call, drive, address }: ItemCall): Reply {
  const found = locate(drive, address);
  if (found === undefined) return call.error('itemNotFound');
  drive.remove(found);
  return empty(204);
}

/** @see https://learn.microsoft.com/graph/api/driveitem-list-children */
export function listChildren(item: ItemCall): Reply {
  const { call, drive, address } = item;
  const folder = locate(drive, address);
  if (folder === undefined) return call.error('itemNotFound');
  const names = selected(call);
  const items = drive.children(folder).map((child) => project(itemObject(item, child), names));
  return collectionReply(call, {
    context: `drives('${drive.id}')/items('${folder.id}')/children`,
    items,
  });
}

/** @see https://learn.microsoft.com/graph/api/driveitem-post-children */
export function createFolder(item: ItemCall): Reply {
  const { call, drive, address } = item;
  const parent = locate(drive, address);
  if (parent === undefined) return call.error('itemNotFound');
  const name = bodyMember(call, 'name');
  if (typeof name !== 'string')
    return call.error('invalidRequest', { message: 'The name is missing.' });
  if (drive.child(parent, name) !== undefined) return call.error('nameAlreadyExists');
  return itemReply(item, drive.createFolder(parent, name), 201);
}
