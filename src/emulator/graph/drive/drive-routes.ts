import type { Reply } from '../../http/reply.ts';
import { type GraphCall, graphJson, type GraphRoute, type Permissions } from '../graph-route.ts';
import { createUploadSession, putContent, redirectToContent } from './content-actions.ts';
import { driveObject } from './drive-object.ts';
import { createFolder, deleteItem, getItem, listChildren } from './item-actions.ts';
import { readAddress } from './item-address.ts';
import { contextOf, type ItemCall } from './item-call.ts';

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

/** What the method needs; `Files.Read` and `Files.ReadWrite` reach the files of the person who signed in, no others. */
function permissions(call: GraphCall): Permissions {
  const needed = call.request.method === 'GET' ? READ : WRITE;
  const ofAll = needed.delegated.filter((name) => name.endsWith('.All'));
  return isOwn(call) ? needed : { ...needed, delegated: ofAll };
}

/** False for the drive of somebody else; of one that nobody has it is told that it is not there. */
function isOwn({ world, caller, parameters: { id, driveId } }: GraphCall): boolean {
  const { directory } = caller.tenant;
  if (driveId !== undefined)
    return (world.drives.owner(driveId, directory.people) ?? caller.person) === caller.person;
  return id === undefined || directory.person(id) === caller.person;
}

/** Drives and what is in them. */
export const DRIVE_ROUTES: readonly GraphRoute[] = [
  '/me/drive',
  '/users/:id/drive',
  '/drives/:driveId',
].flatMap((path) => [
  { endpoint: 'graph.drive', methods: ['GET'], path, permissions, handle: getDrive },
  {
    endpoint: 'graph.drive',
    methods: ['GET', 'PUT', 'POST', 'DELETE'],
    path: `${path}/*address`,
    permissions,
    handle: act,
  },
]);
