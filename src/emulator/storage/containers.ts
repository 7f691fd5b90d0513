import { empty, type Reply } from '../http/reply.ts';
import type { Container } from '../tenant/storage-account.ts';
import { mayRead, mayWrite, type StorageCall } from './caller.ts';
import { storageError } from './errors.ts';
import { metadataHeaders, metadataOf, newEtag, versionHeaders } from './headers.ts';

/** 3 to 63 lower-case letters, digits and single hyphens. */
const CONTAINER_NAME = /^(?:\$root|\$web|[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9])$/;

/**
 * Makes a container: 201, or 409 when it exists.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/create-container
 */
export function createContainer(call: StorageCall, name: string): Reply {
  const { world, request, account } = call;
  if (!mayWrite(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  if (!CONTAINER_NAME.test(name)) return storageError(world, request, 'InvalidResourceName');
  if (account.containers.has(name)) return storageError(world, request, 'ContainerAlreadyExists');
  const container = newContainer(call, name);
  account.containers.set(name, container);
  return empty(201, versionHeaders(container));
}

const newContainer = ({ world, request }: StorageCall, name: string): Container => ({
  name,
  metadata: metadataOf(request),
  etag: newEtag(),
  lastModified: world.time.now(),
  blobs: new Map(),
  staged: new Map(),
});

/** Properties of a container, as headers. */
export function getContainer(call: StorageCall, name: string): Reply {
  const { world, request } = call;
  if (!mayRead(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  const container = call.account.containers.get(name);
  if (container === undefined) return storageError(world, request, 'ContainerNotFound');
  return empty(200, {
    ...versionHeaders(container),
    ...metadataHeaders(container.metadata),
    'x-ms-lease-status': 'unlocked',
    'x-ms-lease-state': 'available',
    'x-ms-has-immutability-policy': 'false',
    'x-ms-has-legal-hold': 'false',
  });
}

/** Deletes a container and all in it. */
export function deleteContainer(call: StorageCall, name: string): Reply {
  const { world, request, account } = call;
  if (!mayWrite(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  return account.containers.delete(name)
    ? empty(202)
    : storageError(world, request, 'ContainerNotFound');
}
