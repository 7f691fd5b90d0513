import { CLOUDS } from '../../config/values/cloud.ts';
import { type Allowed, decodePath } from './authorise.ts';
import { HELD } from './held-links.ts';
import type { PreparedCall } from './prepare.ts';

/** Members of an answer whose value is an URL that carries its own authorization, and what can be done there. */
export type LinkMembers = ReadonlyMap<string, readonly string[]>;

const READ: readonly string[] = ['GET', 'HEAD'];

const NONE: LinkMembers = new Map();

const DOWNLOADS: LinkMembers = new Map([
  ['@microsoft.graph.downloadUrl', READ],
  ['@content.downloadUrl', READ],
]);

const UPLOADS: LinkMembers = new Map([...DOWNLOADS, ['uploadUrl', ['PUT', 'GET', 'DELETE']]]);

/** Graph and Azure Resource Manager, of every cloud. */
const ORIGINS: ReadonlySet<string> = new Set(
  Object.values(CLOUDS).flatMap(({ graph, management }) => [graph, management]),
);

const SHAREPOINT = /\.sharepoint(?:-mil)?\.(?:com|us|cn)$/;

/** Answers that are somebody's content, not the service's words. */
const CONTENT = /(?:\$value|content[^/]*)\/*$/i;

const UPLOAD_SESSION = /[/.]createUploadSession(?:\(\))?$/i;

/** A request, as far as it tells who composes its answer. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** It carries a token that the broker put into it. */
  readonly withToken: boolean;
}

/**
 * True where places that an answer's headers name are held. A held link leads out to whatever host it names, so that nobody
 * may have a say in it but the service: not an operator's own API that answers what it was told, not an account that the
 * extension brought a token of.
 */
export function givesPlaces({ url, withToken }: Asked): boolean {
  const isService =
    ORIGINS.has(url.origin) ||
    (SHAREPOINT.test(url.hostname) && decodePath(url)?.startsWith('/_api/v2.') === true);
  return withToken && isService;
}

/**
 * The members that are links in the answer to a request. None are in a file that the extension itself may have uploaded
 * before. `uploadUrl` is a name that data of people may have, too.
 */
export function membersOf(asked: Asked): LinkMembers {
  const path = decodePath(asked.url) ?? '';
  if (!givesPlaces(asked) || CONTENT.test(path)) return NONE;
  return asked.method === 'POST' && UPLOAD_SESSION.test(path) ? UPLOADS : DOWNLOADS;
}

/** The members that are links in the answer to a hop. At the end of an upload by a held link stands the item it became. */
export function membersOfHop(call: PreparedCall, { url, alias }: Allowed): LinkMembers {
  if (alias === null) {
    return membersOf({ method: call.method, url, withToken: call.token !== null });
  }
  return call.method === 'PUT' && alias.startsWith(HELD) ? DOWNLOADS : NONE;
}
