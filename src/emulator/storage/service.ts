import { answerFailure } from '../http/failure-reply.ts';
import { type Reply, withDefaultHeaders } from '../http/reply.ts';
import { type EmulatorRequest, headerOf } from '../http/request.ts';
import type { Handler, Route } from '../http/route.ts';
import type { Service } from '../http/service.ts';
import type { StorageAccount } from '../tenant/storage-account.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import { type BlobName, deleteBlob, getBlob, putBlob } from './blobs.ts';
import { putBlock, putBlockList } from './blocks.ts';
import { authenticateStorage, type StorageCall } from './caller.ts';
import { createContainer, deleteContainer, getContainer } from './containers.ts';
import { anyStorageError, storageError } from './errors.ts';
import { listBlobs, listContainers } from './lists.ts';

type Operation = (call: StorageCall, name: BlobName) => Reply;

/** Operations by `METHOD`, `restype` and `comp`; HEAD is read as GET. */
const OPERATIONS: { readonly [key: string]: Operation } = {
  'GET account list': listContainers,
  'PUT container ': (call, { container }) => createContainer(call, container),
  'GET container ': (call, { container }) => getContainer(call, container),
  'GET container metadata': (call, { container }) => getContainer(call, container),
  'DELETE container ': (call, { container }) => deleteContainer(call, container),
  'GET container list': (call, { container }) => listBlobs(call, container),
  'PUT blob ': putBlob,
  'GET blob ': getBlob,
  'GET blob metadata': getBlob,
  'DELETE blob ': deleteBlob,
  'PUT blob block': putBlock,
  'PUT blob blocklist': putBlockList,
};

const operate =
  (kind: 'account' | 'container' | 'blob'): Handler =>
  async (world, request, { container = '', blob = '' }) => {
    const located = accountOf(world, request);
    if (located === undefined) return storageError(world, request, 'ResourceNotFound');
    const call = await authenticateStorage(world, request, located.tenant, located.account);
    if ('status' in call) return call;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const operation = OPERATIONS[`${method} ${kind} ${request.query.get('comp') ?? ''}`];
    if (operation === undefined) return storageError(world, request, 'InvalidQueryParameterValue');
    return operation(call, { container, blob });
  };

/** The account whose host was asked. */
function accountOf(
  world: World,
  request: EmulatorRequest,
): { tenant: Tenant; account: StorageAccount } | undefined {
  const name = world.addresses.locate(request.host, request.port, request.path)?.account;
  for (const tenant of world.tenants.values()) {
    const account = tenant.storage.find((candidate) => candidate.name === name);
    if (account !== undefined) return { tenant, account };
  }
  return undefined;
}

/** `restype=container` tells a container from a blob in the root container. */
const containerOrRootBlob: Handler = (world, request, parameters) =>
  request.query.get('restype') === 'container'
    ? operate('container')(world, request, parameters)
    : operate('blob')(world, request, { container: '$root', blob: parameters['container'] ?? '' });

const METHODS = ['GET', 'HEAD', 'PUT', 'DELETE'] as const;

const ROUTES: readonly Route[] = [
  {
    endpoint: 'storage.container',
    methods: ['GET', 'HEAD'],
    path: '/',
    handle: operate('account'),
  },
  {
    endpoint: 'storage.container',
    methods: METHODS,
    path: '/:container',
    handle: containerOrRootBlob,
  },
  {
    endpoint: 'storage.blob',
    methods: METHODS,
    path: '/:container/*blob',
    handle: operate('blob'),
  },
];

/** Azure Storage: the Blob service of every account. */
export const storageService: Service = {
  routes: ROUTES,
  notFound: (world, request) => storageError(world, request, 'ResourceNotFound'),
  methodNotAllowed: (world, request, allowed) =>
    storageError(world, request, 'UnsupportedHttpVerb', { headers: { Allow: allowed.join(', ') } }),
  fail: (world, request, failure) =>
    answerFailure(failure, {
      storage: ({ storage, status, retryAfter }) =>
        anyStorageError(world, request, storage, {
          ...(status === undefined ? {} : { status }),
          ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': String(retryAfter) } }),
        }),
    }),
  decorate: (_world, request, reply) =>
    withDefaultHeaders(reply, {
      Server: 'Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0',
      'x-ms-request-id': request.id,
      'x-ms-version': headerOf(request, 'x-ms-version') ?? '2009-09-19',
      ...clientRequestId(request),
    }),
};

const clientRequestId = (request: EmulatorRequest): Reply['headers'] => {
  const id = headerOf(request, 'x-ms-client-request-id');
  return id === undefined ? {} : { 'x-ms-client-request-id': id };
};
