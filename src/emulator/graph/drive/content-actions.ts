import { redirect, type Reply } from '../../http/reply.ts';
import { headerOf } from '../../http/request.ts';
import { graphJson } from '../graph-route.ts';
import type { ConflictBehavior, DriveItem } from './drive.ts';
import { locate } from './item-address.ts';
import { bodyMember, downloadUrl, type ItemCall, itemReply } from './item-call.ts';
import { uploadOrigin } from './transfer-routes.ts';

/** Annotation that says what happens to a name that is taken. */
const CONFLICT_BEHAVIOR = '@microsoft.graph.conflictBehavior';

/** @see https://learn.microsoft.com/graph/api/driveitem-get-content */
export function redirectToContent(item: ItemCall): Reply {
  const found = locate(item.drive, item.address);
  if (found?.content === null || found === undefined) return item.call.error('itemNotFound');
  return redirect(downloadUrl(item, found));
}

/** @see https://learn.microsoft.com/graph/api/driveitem-put-content */
export function putContent(item: ItemCall): Reply {
  const { call, drive } = item;
  const target = uploadTarget(item);
  if (target === undefined) return call.error('itemNotFound');
  const mimeType = headerOf(call.request, 'content-type') ?? 'application/octet-stream';
  const conflict = asConflict(call.request.query.get(CONFLICT_BEHAVIOR), 'replace');
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
export function createUploadSession(item: ItemCall): Reply {
  const { call, world, drive, person, tenant } = item;
  const target = uploadTarget(item);
  if (target === undefined) return call.error('itemNotFound');
  const wish = bodyMember(call, 'item');
  const behavior: unknown =
    typeof wish === 'object' && wish !== null ? Reflect.get(wish, CONFLICT_BEHAVIOR) : undefined;
  const conflict = asConflict(behavior, 'fail');
  const taken = drive.child(target.parent, target.name) !== undefined;
  if (taken && conflict === 'fail') return call.error('nameAlreadyExists');
  const session = world.drives.openUpload({ ...target, drive, conflict, person });
  return graphJson({
    '@odata.context': `${call.base}/$metadata#microsoft.graph.uploadSession`,
    expirationDateTime: new Date(session.expiresAt).toISOString(),
    nextExpectedRanges: ['0-'],
    uploadUrl: `${uploadOrigin(world, tenant)}/v1.0/drive-uploads?tempauth=${session.id}`,
  });
}
