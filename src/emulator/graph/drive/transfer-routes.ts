import { empty, type Reply } from '../../http/reply.ts';
import { type EmulatorRequest, headerOf } from '../../http/request.ts';
import type { Handler, Route } from '../../http/route.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { World } from '../../world.ts';
import { graphError } from '../errors.ts';
import { graphJson } from '../graph-route.ts';
import { itemObject, sharePointOrigin } from './drive-object.ts';
import type { UploadSession } from './drives.ts';

/** Fragments must be multiples of this, but for the last. Unit: bytes. */
const FRAGMENT_UNIT = 320 * 1024;
/** Largest fragment. Unit: bytes. */
const LARGEST_FRAGMENT = 60 * 1024 * 1024;

/** Public origin of the links that need no token. */
export const uploadOrigin = (world: World, tenant: Tenant): string =>
  tenant.variants.uploadHost === 'graph' ? world.cloud.graph : sharePointOrigin(world, tenant);

/** First and last byte of a fragment, and the size of the file. */
interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

function readContentRange(request: EmulatorRequest): ContentRange | undefined {
  const [, start, end, total] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headerOf(request, 'content-range') ?? '') ?? [];
  if (start === undefined) return undefined;
  const range = { start: Number(start), end: Number(end), total: Number(total) };
  return range.end - range.start + 1 === request.body.length && range.end < range.total
    ? range
    : undefined;
}

type Transfer = (world: World, request: EmulatorRequest, session: UploadSession) => Reply;

const TRANSFERS: { readonly [method: string]: Transfer } = {
  GET: (_world, _request, session) => graphJson(progress(session)),
  PUT: putFragment,
  DELETE: (world, _request, session) => {
    world.drives.closeUpload(session);
    return empty(204);
  },
};

/**
 * An upload session: fragments in order, the link itself is the permission.
 *
 * @see https://learn.microsoft.com/graph/api/driveitem-createuploadsession#upload-bytes-to-the-upload-session
 */
const transfer: Handler = (world, request) => {
  const session = world.drives.upload(request.query.get('tempauth') ?? '');
  if (session === undefined) return graphError(world, request, 'itemNotFound');
  request.notes.person = session.person.oid;
  const refused = refuseAuthorization(world, request, session);
  return (
    refused ??
    TRANSFERS[request.method]?.(world, request, session) ??
    graphError(world, request, 'invalidRequest')
  );
};

/** The link is enough; a token sent along is refused as the documentation warns. */
function refuseAuthorization(
  world: World,
  request: EmulatorRequest,
  session: UploadSession,
): Reply | undefined {
  const tenant = tenantOf(world, session);
  const sent = headerOf(request, 'authorization') !== undefined;
  if (!sent || tenant?.variants.uploadAuthorization === 'ignored') return undefined;
  return graphError(world, request, 'InvalidAuthenticationToken', {
    message: 'The upload URL is the permission; it takes no Authorization header.',
  });
}

const tenantOf = (world: World, { person }: UploadSession): Tenant | undefined =>
  [...world.tenants.values()].find(({ directory }) => directory.person(person.oid) === person);

const received = ({ pieces }: UploadSession): number =>
  pieces.reduce((sum, piece) => sum + piece.length, 0);

const progress = (session: UploadSession): object => ({
  expirationDateTime: new Date(session.expiresAt).toISOString(),
  nextExpectedRanges: [`${received(session)}-${session.total === null ? '' : session.total - 1}`],
});

function putFragment(world: World, request: EmulatorRequest, session: UploadSession): Reply {
  const range = readContentRange(request);
  if (range === undefined) {
    return graphError(world, request, 'invalidRequest', {
      message: 'Content-Range is missing or does not fit the body.',
    });
  }
  if (range.start !== received(session) || (session.total ?? range.total) !== range.total) {
    return graphError(world, request, 'invalidRange');
  }
  const last = range.end + 1 === range.total;
  const size = request.body.length;
  if (size > LARGEST_FRAGMENT || (!last && size % FRAGMENT_UNIT !== 0)) {
    return graphError(world, request, 'invalidRequest', {
      message: 'Fragments must be multiples of 320 KiB and at most 60 MiB.',
    });
  }
  session.total = range.total;
  session.pieces.push(Buffer.from(request.body));
  return last ? complete(world, request, session) : graphJson(progress(session), 202);
}

function complete(world: World, request: EmulatorRequest, session: UploadSession): Reply {
  const { drive, parent, name, conflict, person } = session;
  const file = { content: Buffer.concat(session.pieces), mimeType: 'application/octet-stream' };
  const written = drive.write(parent, name, file, conflict);
  world.drives.closeUpload(session);
  const tenant = tenantOf(world, session);
  if (written === null || tenant === undefined)
    return graphError(world, request, 'nameAlreadyExists');
  const item = itemObject({ world, tenant, person, drive }, written.item);
  return graphJson(item, written.created ? 201 : 200);
}

/** A file by a link that needs no token. */
const download: Handler = (world, request) => {
  const item = world.drives.download(request.query.get('tempauth') ?? '')?.item;
  if (item?.content === undefined || item.content === null)
    return graphError(world, request, 'itemNotFound');
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(item.name)}`;
  return {
    status: 200,
    headers: { 'Content-Type': item.mimeType, 'Content-Disposition': disposition },
    body: item.content,
  };
};

/** Links that need no token. */
export const TRANSFER_ROUTES: readonly Route[] = [
  {
    endpoint: 'graph.upload',
    methods: ['GET', 'PUT', 'DELETE'],
    path: '/:version/drive-uploads',
    handle: transfer,
  },
  {
    endpoint: 'graph.upload',
    methods: ['GET'],
    path: '/:version/drive-downloads',
    handle: download,
  },
];
