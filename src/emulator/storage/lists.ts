import type { Reply } from '../http/reply.ts';
import { escapeHtml } from '../pages/markup.ts';
import type { Container, StoredBlob } from '../tenant/storage-account.ts';
import { httpDate } from '../time.ts';
import { mayRead, type StorageCall } from './caller.ts';
import { storageError } from './errors.ts';

/** Entries on one page when `maxresults` does not say fewer. */
const LARGEST_PAGE = 5000;

/** One line of a listing: a container, a blob, or a "folder" that a delimiter makes. */
interface Line {
  readonly name: string;
  readonly xml: string;
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const text = (name: string, content: string): string => element(name, escapeHtml(content));

/**
 * The containers of an account.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/list-containers2
 */
export function listContainers(call: StorageCall): Reply {
  if (!mayRead(call))
    return storageError(call.world, call.request, 'AuthorizationPermissionMismatch');
  const lines = [...call.account.containers.values()].map((container) => ({
    name: container.name,
    xml: element('Container', text('Name', container.name) + containerProperties(container)),
  }));
  return listing(call, 'Containers', '', lines);
}

const containerProperties = ({ etag, lastModified }: Container): string =>
  element(
    'Properties',
    text('Last-Modified', httpDate(lastModified)) +
      text('Etag', etag) +
      text('LeaseStatus', 'unlocked') +
      text('LeaseState', 'available'),
  );

/**
 * The blobs of a container, by `prefix` and folded by `delimiter`.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/list-blobs
 */
export function listBlobs(call: StorageCall, name: string): Reply {
  const { world, request } = call;
  if (!mayRead(call)) return storageError(world, request, 'AuthorizationPermissionMismatch');
  const container = call.account.containers.get(name);
  if (container === undefined) return storageError(world, request, 'ContainerNotFound');
  const lines = [...container.blobs].map(([blobName, blob]) => ({
    name: blobName,
    xml: element('Blob', text('Name', blobName) + blobProperties(blob)),
  }));
  return listing(call, 'Blobs', ` ContainerName="${escapeHtml(name)}"`, fold(call, lines));
}

const blobProperties = (blob: StoredBlob): string =>
  element(
    'Properties',
    text('Creation-Time', httpDate(blob.createdAt)) +
      text('Last-Modified', httpDate(blob.lastModified)) +
      text('Etag', blob.etag.replaceAll('"', '')) +
      text('Content-Length', String(blob.content.length)) +
      text('Content-Type', blob.contentType) +
      text('BlobType', 'BlockBlob') +
      text('LeaseStatus', 'unlocked') +
      text('LeaseState', 'available'),
  );

/** Names with the delimiter behind the prefix become one line for each beginning. */
function fold({ request }: StorageCall, lines: readonly Line[]): readonly Line[] {
  const prefix = request.query.get('prefix') ?? '';
  const delimiter = request.query.get('delimiter');
  if (delimiter === null || delimiter === '') return lines;
  const folded = lines.map((line) => {
    const end = line.name.indexOf(delimiter, prefix.length);
    if (end < 0 || !line.name.startsWith(prefix)) return line;
    const name = line.name.slice(0, end + delimiter.length);
    return { name, xml: element('BlobPrefix', text('Name', name)) };
  });
  return [...new Map(folded.map((line) => [line.name, line])).values()];
}

/** One page: those behind the marker, in order of their names. */
function listing(
  call: StorageCall,
  kind: 'Containers' | 'Blobs',
  attributes: string,
  lines: readonly Line[],
): Reply {
  const { query } = call.request;
  const [prefix, marker] = [query.get('prefix') ?? '', query.get('marker') ?? ''];
  const size = Math.min(Number(query.get('maxresults') ?? LARGEST_PAGE), LARGEST_PAGE);
  const rest = lines
    .filter(({ name }) => name.startsWith(prefix) && name > marker)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const shown = rest.slice(0, size);
  const next = rest.length > size ? (shown.at(-1)?.name ?? '') : '';
  const endpoint = `https://${call.account.name}.${call.world.cloud.blobSuffix}/`;
  const content =
    text('Prefix', prefix) +
    text('Marker', marker) +
    text('MaxResults', String(size)) +
    element(kind, shown.map(({ xml }) => xml).join('')) +
    text('NextMarker', next);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml' },
    body: `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="${endpoint}"${attributes}>${content}</EnumerationResults>`,
  };
}
