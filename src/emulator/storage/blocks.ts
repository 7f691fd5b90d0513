import { empty, type Reply } from '../http/reply.ts';
import { type BlobName, writeBlob } from './blobs.ts';
import { mayWrite, type StorageCall } from './caller.ts';
import { storageError } from './errors.ts';

/**
 * Stages one block of a blob.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block
 */
export function putBlock(call: StorageCall, name: BlobName): Reply {
  const { world, request } = call;
  if (!mayWrite(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  const container = call.account.containers.get(name.container);
  if (container === undefined) return storageError(world, request, 'ContainerNotFound');
  const id = request.query.get('blockid');
  if (id === null) return storageError(world, request, 'InvalidQueryParameterValue');
  const blocks = container.staged.get(name.blob) ?? new Map<string, Uint8Array>();
  container.staged.set(name.blob, blocks.set(id, Buffer.from(request.body)));
  return empty(201, { 'x-ms-request-server-encrypted': 'true' });
}

/** Where a list looks for a block; a block that was put last is the newest. */
const SOURCES: ReadonlyMap<string, readonly ('staged' | 'committed')[]> = new Map([
  ['Latest', ['staged', 'committed']],
  ['Uncommitted', ['staged']],
  ['Committed', ['committed']],
]);

const BLOCK = /<(Latest|Uncommitted|Committed)>([^<]+)<\//g;

/**
 * Makes a blob of staged blocks and of those that it has already, in the order of the list. The media type of the request is
 * that of the list, not of the blob.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export function putBlockList(call: StorageCall, name: BlobName): Reply {
  const { world, request } = call;
  const container = call.account.containers.get(name.container);
  const known = {
    staged: container?.staged.get(name.blob),
    committed: container?.blobs.get(name.blob)?.blocks,
  };
  const listed = [...request.body.toString('utf8').matchAll(BLOCK)].map(
    ([, source = '', id = '']) => {
      const places = SOURCES.get(source) ?? [];
      return [id, places.map((place) => known[place]?.get(id)).find(Boolean)] as const;
    },
  );
  const blocks = new Map<string, Uint8Array>();
  for (const [id, block] of listed) {
    if (block === undefined) return storageError(world, request, 'InvalidBlockList');
    blocks.set(id, block);
  }
  const content = Buffer.concat(listed.flatMap(([, block]) => block ?? []));
  const reply = writeBlob(call, name, { content, type: undefined, blocks });
  if (reply.status === 201) container?.staged.delete(name.blob);
  return reply;
}
