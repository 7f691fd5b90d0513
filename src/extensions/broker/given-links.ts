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
 * True where links of answers are held. A held link leads out to whatever host it names, so that nobody may have a say in
 * it but the service: not an operator's own API that answers what it was told, not a redirect, not a file that the extension
 * itself uploaded before, not an account that it brought a token of.
 */
export function givesLinks({ url, withToken }: Asked): boolean {
  const path = decodePath(url) ?? '';
  const isService =
    ORIGINS.has(url.origin) || (SHAREPOINT.test(url.hostname) && path.startsWith('/_api/v2.'));
  return withToken && isService && !CONTENT.test(path);
}

/** The members that are links in the answer to a request. `uploadUrl` is a name that data of people may have, too. */
export function membersOf(asked: Asked): LinkMembers {
  if (!givesLinks(asked)) return NONE;
  const isUpload = asked.method === 'POST' && UPLOAD_SESSION.test(decodePath(asked.url) ?? '');
  return isUpload ? UPLOADS : DOWNLOADS;
}

/** The same for a request by a held link: at the end of an upload stands the item that was made of it. */
export function membersOfHeld(method: string, alias: string): LinkMembers {
  return method === 'PUT' && alias.startsWith(HELD) ? DOWNLOADS : NONE;
}

/** The members that are links in the answer to a hop. */
export function membersOfHop(call: PreparedCall, { url, alias }: Allowed): LinkMembers {
  if (alias !== null) return membersOfHeld(call.method, alias);
  return membersOf({ method: call.method, url, withToken: call.token !== null });
}
