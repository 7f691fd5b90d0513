import { empty, redirect, type Reply } from '../../http/reply.ts';
import { headerOf, jsonOf } from '../../http/request.ts';
import { type GraphCall, graphJson, type GraphRoute, type Permissions } from '../graph-route.ts';
import { collectionReply, project, selected } from '../odata.ts';
import { personOf } from '../people.ts';
import type { ConflictBehavior, DriveItem } from './drive.ts';
import { type DriveContext, driveObject, itemObject } from './drive-object.ts';
import { type ItemAddress, locate, readAddress } from './item-address.ts';
import { uploadOrigin } from './transfer-routes.ts';

/** One call about an item. */
interface ItemCall extends DriveContext {
  readonly call: GraphCall;
  readonly address: ItemAddress;
}

/** Whose drive a path means: mine, that of `/users/ID`, or by the id of the drive. */
function contextOf(call: GraphCall): DriveContext | Reply {
  const { world, parameters, caller } = call;
  const { driveId } = parameters;
  const owner = driveId === undefined ? personOf(call) : world.drives.owner(driveId);
  if (owner === undefined) return call.error('itemNotFound');
  if ('status' in owner) return owner;
  return { world, tenant: caller.tenant, person: owner, drive: world.drives.of(owner) };
}

function getDrive(call: GraphCall): Reply {
  const context = contextOf(call);
  if ('status' in context) return context;
  return graphJson({
    '@odata.context': `${call.base}/$metadata#drives/$entity`,
    ...driveObject(context),
  });
}

type Action = (item: ItemCall) => Reply;

/** What can be done with an item, by method and the end of the path. */
const ACTIONS: { readonly [key: string]: Action } = {
  'GET ': getItem,
  'DELETE ': deleteItem,
  'GET children': listChildren,
  'POST children': createFolder,
  'GET content': redirectToContent,
  'PUT content': putContent,
  'POST createUploadSession': createUploadSession,
};

function act(call: GraphCall): Reply {
  const address = readAddress(call.parameters['address'] ?? '');
  const action = ACTIONS[`${call.request.method} ${address?.action ?? ''}`];
  if (address === undefined || action === undefined) return call.error('invalidRequest');
  const context = contextOf(call);
  return 'status' in context ? context : action({ ...context, call, address });
}

function getItem(item: ItemCall): Reply {
  const found = locate(item.drive, item.address);
  return found === undefined ? item.call.error('itemNotFound') : itemReply(item, found);
}

/** An item with its context and a link to read it without a token. */
function itemReply(item: ItemCall, found: DriveItem, status = 200): Reply {
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

const downloadUrl = ({ world, tenant }: ItemCall, found: DriveItem): string =>
  `${uploadOrigin(world, tenant)}/v1.0/drive-downloads/${world.drives.openDownload(found)}`;

function deleteItem({ call, drive, address }: ItemCall): Reply {
  const found = locate(drive, address);
  if (found === undefined) return call.error('itemNotFound');
  drive.remove(found);
  return empty(204);
}

function listChildren(item: ItemCall): Reply {
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
function createFolder(item: ItemCall): Reply {
  const { call, drive, address } = item;
  const parent = locate(drive, address);
  if (parent === undefined) return call.error('itemNotFound');
  const name = bodyText(call, 'name');
  if (name === undefined) return call.error('invalidRequest', { message: 'The name is missing.' });
  if (drive.child(parent, name) !== undefined) return call.error('nameAlreadyExists');
  return itemReply(item, drive.createFolder(parent, name), 201);
}

function bodyText(call: GraphCall, name: string): string | undefined {
  const body = jsonOf(call.request);
  const value: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** @see https://learn.microsoft.com/graph/api/driveitem-get-content */
function redirectToContent(item: ItemCall): Reply {
  const found = locate(item.drive, item.address);
  if (found?.content === null || found === undefined) return item.call.error('itemNotFound');
  return redirect(downloadUrl(item, found));
}

/** @see https://learn.microsoft.com/graph/api/driveitem-put-content */
function putContent(item: ItemCall): Reply {
  const { call, drive } = item;
  const target = uploadTarget(item);
  if (target === undefined) return call.error('itemNotFound');
  const mimeType = headerOf(call.request, 'content-type') ?? 'application/octet-stream';
  const conflict = asConflict(
    call.request.query.get('@microsoft.graph.conflictBehavior'),
    'replace',
  );
  const written = drive.write(
    target.parent,
    target.name,
    { content: call.request.body, mimeType },
    conflict,
  );
  if (written === null) return call.error('nameAlreadyExists');
  return itemReply(item, written.item, written.created ? 201 : 200);
}

/** The folder and name that an upload goes to: an existing item, or a path whose folders are made. */
function uploadTarget({
  drive,
  address,
}: ItemCall): { parent: DriveItem; name: string } | undefined {
  const start = drive.item(address.start);
  if (start === undefined) return undefined;
  const name = address.path.at(-1);
  if (name !== undefined)
    return { parent: drive.ensureFolder(start, address.path.slice(0, -1)), name };
  const parent = drive.item(start.parentId ?? '');
  return parent && { parent, name: start.name };
}

const asConflict = (text: unknown, fallback: ConflictBehavior): ConflictBehavior =>
  text === 'fail' || text === 'replace' || text === 'rename' ? text : fallback;

/** @see https://learn.microsoft.com/graph/api/driveitem-createuploadsession */
function createUploadSession(item: ItemCall): Reply {
  const { call, world, drive, person, tenant } = item;
  const target = uploadTarget(item);
  if (target === undefined) return call.error('itemNotFound');
  const body = jsonOf(call.request);
  const wish: unknown =
    typeof body === 'object' && body !== null && 'item' in body ? body.item : undefined;
  const behavior: unknown =
    typeof wish === 'object' && wish !== null
      ? Reflect.get(wish, '@microsoft.graph.conflictBehavior')
      : undefined;
  const conflict = asConflict(behavior, 'fail');
  const taken = drive.child(target.parent, target.name) !== undefined;
  if (taken && conflict === 'fail') return call.error('nameAlreadyExists');
  const session = world.drives.openUpload({ ...target, drive, conflict, person });
  return graphJson({
    '@odata.context': `${call.base}/$metadata#microsoft.graph.uploadSession`,
    expirationDateTime: new Date(session.expiresAt).toISOString(),
    nextExpectedRanges: ['0-'],
    uploadUrl: `${uploadOrigin(world, tenant)}/v1.0/drive-uploads/${session.id}`,
  });
}

const READ: Permissions = {
  delegated: [
    'Files.Read',
    'Files.ReadWrite',
    'Files.Read.All',
    'Files.ReadWrite.All',
    'Sites.Read.All',
    'Sites.ReadWrite.All',
  ],
  application: ['Files.Read.All', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All'],
};

const WRITE: Permissions = {
  delegated: ['Files.ReadWrite', 'Files.ReadWrite.All', 'Sites.ReadWrite.All'],
  application: ['Files.ReadWrite.All', 'Sites.ReadWrite.All'],
};

const permissions = ({ request }: GraphCall): Permissions =>
  request.method === 'GET' ? READ : WRITE;

/** Drives and what is in them. */
export const DRIVE_ROUTES: readonly GraphRoute[] = [
  '/me/drive',
  '/users/:id/drive',
  '/drives/:driveId',
].flatMap((path) => [
  { endpoint: 'graph.drive', methods: ['GET'], path, permissions: READ, handle: getDrive },
  {
    endpoint: 'graph.drive',
    methods: ['GET', 'PUT', 'POST', 'DELETE'],
    path: `${path}/*address`,
    permissions,
    handle: act,
  },
]);
