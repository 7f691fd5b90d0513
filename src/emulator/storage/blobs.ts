import { createHash } from 'node:crypto';
import { empty, type Reply } from '../http/reply.ts';
import { type EmulatorRequest, headerOf } from '../http/request.ts';
import type { Container, StagedBlocks, StoredBlob } from '../tenant/storage-account.ts';
import { httpDate } from '../time.ts';
import { mayRead, mayWrite, type StorageCall } from './caller.ts';
import { refuseRead, refuseWrite } from './conditions.ts';
import { storageError } from './errors.ts';
import { metadataHeaders, metadataOf, newEtag, versionHeaders } from './headers.ts';

/** A blob that is named, whether it exists or not. */
export interface BlobName {
  readonly container: string;
  readonly blob: string;
}

/**
 * Writes a block blob whole.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-blob
 */
export function putBlob(call: StorageCall, name: BlobName): Reply {
  const { world, request } = call;
  const type = headerOf(request, 'x-ms-blob-type');
  if (type === undefined) {
    return storageError(world, request, 'MissingRequiredHeader', {
      elements: { HeaderName: 'x-ms-blob-type' },
    });
  }
  if (type !== 'BlockBlob') {
    return storageError(world, request, 'InvalidHeaderValue', {
      elements: { HeaderName: 'x-ms-blob-type', HeaderValue: type },
    });
  }
  const expected = headerOf(request, 'content-md5');
  if (expected !== undefined && expected !== md5(request.body))
    return storageError(world, request, 'Md5Mismatch');
  return writeBlob(call, name, { content: request.body, type: headerOf(request, 'content-type') });
}

/** What a blob is made of. */
export interface BlobContent {
  readonly content: Uint8Array;
  /** Media type where `x-ms-blob-content-type` says none. */
  readonly type: string | undefined;
  /** Committed blocks, which later lists of blocks may name; none of a blob that was put whole. */
  readonly blocks?: StagedBlocks;
}

/** Writes content where the caller may and the conditions hold. */
export function writeBlob(call: StorageCall, name: BlobName, made: BlobContent): Reply {
  const { world, request, account } = call;
  if (!mayWrite(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  const container = account.containers.get(name.container);
  if (container === undefined) return storageError(world, request, 'ContainerNotFound');
  const existing = container.blobs.get(name.blob);
  const refused = refuseWrite(request, existing);
  if (refused !== undefined) return storageError(world, request, refused);
  const blob = newBlob(call, made, existing);
  container.blobs.set(name.blob, blob);
  return empty(201, {
    ...versionHeaders(blob),
    'Content-MD5': md5(made.content),
    'x-ms-request-server-encrypted': 'true',
  });
}

function newBlob(
  { world, request }: StorageCall,
  { content, type, blocks = new Map() }: BlobContent,
  existing: StoredBlob | undefined,
): StoredBlob {
  const now = world.time.now();
  return {
    content: Buffer.from(content),
    blocks,
    contentType: headerOf(request, 'x-ms-blob-content-type') ?? type ?? 'application/octet-stream',
    properties: propertiesOf(request),
    metadata: metadataOf(request),
    etag: newEtag(),
    lastModified: now,
    createdAt: existing?.createdAt ?? now,
  };
}

/** Request headers that set a property, and the header that gives it back. */
const PROPERTIES: { readonly [header: string]: string } = {
  'x-ms-blob-cache-control': 'Cache-Control',
  'x-ms-blob-content-disposition': 'Content-Disposition',
  'x-ms-blob-content-encoding': 'Content-Encoding',
  'x-ms-blob-content-language': 'Content-Language',
};

const propertiesOf = (request: EmulatorRequest): StoredBlob['properties'] =>
  Object.fromEntries(
    Object.entries(PROPERTIES).flatMap(([given, property]) => {
      const value = headerOf(request, given);
      return value === undefined ? [] : [[property, value]];
    }),
  );

const md5 = (content: Uint8Array): string => createHash('md5').update(content).digest('base64');

/**
 * Reads a blob, whole or a range; HEAD gives its properties.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/get-blob
 */
export function getBlob(call: StorageCall, name: BlobName): Reply {
  const { world, request } = call;
  if (!mayRead(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  const container = call.account.containers.get(name.container);
  if (container === undefined) return storageError(world, request, 'ContainerNotFound');
  const blob = container.blobs.get(name.blob);
  if (blob === undefined) return storageError(world, request, 'BlobNotFound');
  const refused = refuseRead(request, blob);
  if (refused === 412) return storageError(world, request, 'ConditionNotMet');
  return refused === 304 ? empty(304, versionHeaders(blob)) : contentReply(call, blob);
}

function contentReply({ world, request }: StorageCall, blob: StoredBlob): Reply {
  const range = rangeOf(request, blob.content.length);
  if (range === 'invalid') {
    const headers = { 'Content-Range': `bytes */${blob.content.length}` };
    return storageError(world, request, 'InvalidRange', { headers });
  }
  const headers = blobHeaders(blob);
  if (range === undefined) return { status: 200, headers, body: blob.content };
  const [start, end] = range;
  const { 'Content-MD5': ofAll, ...rest } = headers;
  return {
    status: 206,
    headers: {
      ...rest,
      ...(ofAll === undefined ? {} : { 'x-ms-blob-content-md5': ofAll }),
      'Content-Range': `bytes ${start}-${end}/${blob.content.length}`,
    },
    body: blob.content.subarray(start, end + 1),
  };
}

const blobHeaders = (blob: StoredBlob): Reply['headers'] => ({
  'Content-Type': blob.contentType,
  ...blob.properties,
  ...versionHeaders(blob),
  ...metadataHeaders(blob.metadata),
  'Accept-Ranges': 'bytes',
  'Content-MD5': md5(blob.content),
  'x-ms-blob-type': 'BlockBlob',
  'x-ms-creation-time': httpDate(blob.createdAt),
  'x-ms-lease-status': 'unlocked',
  'x-ms-lease-state': 'available',
  'x-ms-server-encrypted': 'true',
});

/** First and last byte of `x-ms-range` or `Range`; undefined when all of it is asked for. */
function rangeOf(
  request: EmulatorRequest,
  size: number,
): readonly [number, number] | 'invalid' | undefined {
  const text = headerOf(request, 'x-ms-range') ?? headerOf(request, 'range');
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(text ?? '') ?? [];
  if (from === undefined) return undefined;
  const start = Number(from);
  return start >= size ? 'invalid' : [start, Math.min(to ? Number(to) : size - 1, size - 1)];
}

/** Deletes a blob. */
export function deleteBlob(call: StorageCall, name: BlobName): Reply {
  const { world, request } = call;
  if (!mayWrite(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  const container: Container | undefined = call.account.containers.get(name.container);
  if (container === undefined) return storageError(world, request, 'ContainerNotFound');
  const existing = container.blobs.get(name.blob);
  if (existing === undefined) return storageError(world, request, 'BlobNotFound');
  const refused = refuseWrite(request, existing);
  if (refused !== undefined) return storageError(world, request, refused);
  container.blobs.delete(name.blob);
  return empty(202);
}
