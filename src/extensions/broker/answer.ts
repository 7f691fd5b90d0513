import type { FetchAnswer } from '../../../sandbox/contract.ts';
import { maskBytes, maskSecrets } from '../../config/masking.ts';
import { header, type HttpResponse } from '../../net/http.ts';
import type { Allowed } from './authorise.ts';
import type { FetchContext } from './fetch.ts';
import { secretsOf } from './handles.ts';
import { type HeaderPair, visibleHeaders } from './headers.ts';

/** Headers that tell where a result will be: often at another host, and authorized by themselves. */
const PLACES: ReadonlySet<string> = new Set([
  'location',
  'operation-location',
  'azure-asyncoperation',
]);

/** What an extension is shown of an answer: without cookies, without echoes of secrets, without links that need no token. */
export function toAnswer(
  response: HttpResponse,
  allowed: Allowed,
  redirected: boolean,
  context: FetchContext,
): FetchAnswer {
  const secrets = secretsOf(context.handles);
  const held = context.links.inBody(response.body, header(response, 'content-type') ?? '');
  const body = maskBytes(held, secrets);
  return {
    url: allowed.alias ?? allowed.url.href.replace(/#.*/, ''),
    redirected,
    status: response.status,
    statusText: maskSecrets(response.statusText, secrets),
    headers: visibleHeaders(response.headers)
      .map((pair) => holdPlace(pair, allowed, context))
      .map(([name, value]) => [name, maskSecrets(value, secrets)]),
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
  };
}

/** A place at the same origin needs the token like any other; a place elsewhere is held. */
function holdPlace(
  [name, value]: HeaderPair,
  { url, alias }: Allowed,
  { links, grant }: FetchContext,
): HeaderPair {
  const target = PLACES.has(name) ? URL.parse(value, url) : null;
  if (!target || (target.origin === url.origin && alias === null)) return [name, value];
  if (grant.origins.some(({ origin }) => origin === target.origin)) return [name, value];
  return [name, target.protocol === 'https:' ? links.hold(target.href, ['GET', 'HEAD']) : ''];
}
