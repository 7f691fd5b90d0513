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

const BLOCK = /<(?:Latest|Uncommitted|Committed)>([^<]+)<\//g;

/**
 * Makes a blob of staged blocks, in the order of the list.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export function putBlockList(call: StorageCall, name: BlobName): Reply {
  const { world, request } = call;
  const staged = call.account.containers.get(name.container)?.staged.get(name.blob);
  const ids = [...request.body.toString('utf8').matchAll(BLOCK)].map(([, id]) => id ?? '');
  const blocks = ids.map((id) => staged?.get(id));
  if (blocks.includes(undefined)) return storageError(world, request, 'InvalidBlockList');
  const content = Buffer.concat(blocks.filter((block) => block !== undefined));
  const reply = writeBlob(call, name, content);
  if (reply.status === 201) call.account.containers.get(name.container)?.staged.delete(name.blob);
  return reply;
}
