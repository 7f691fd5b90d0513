import { headerOf } from '../http/request.ts';
import type { Reply } from '../http/reply.ts';
import { type GraphCall, graphJson } from './graph-route.ts';

/** An object as Graph prints it; members in order. */
export type GraphObject = { readonly [member: string]: unknown };

/** Names in `$select`; undefined when there is none. */
export function selected(call: GraphCall): readonly string[] | undefined {
  const text = call.request.query.get('$select') ?? call.request.query.get('select');
  if (text === null || text === '') return undefined;
  return text.split(',').map((name) => name.trim());
}

/** Only the selected members, in the order asked for; annotations stay. */
export function project(object: GraphObject, names: readonly string[] | undefined): GraphObject {
  if (names === undefined) return object;
  const kept = Object.keys(object).filter((name) => name.startsWith('@'));
  return Object.fromEntries([...kept, ...names].map((name) => [name, object[name] ?? null]));
}

/** The error for a member that the type does not have; undefined when all exist. */
export function refuseUnknown(
  call: GraphCall,
  names: readonly string[] | undefined,
  known: readonly string[],
  type: string,
): Reply | undefined {
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const message = `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.${type}'.`;
  return call.error('BadRequest', { message });
}

/** `(a,b)` for the context of a selection. */
export const contextSuffix = (names: readonly string[] | undefined): string =>
  names === undefined ? '' : `(${names.join(',')})`;

/** True for a query that says it may be answered from the eventual index. */
export const isAdvanced = (call: GraphCall): boolean =>
  headerOf(call.request, 'consistencylevel')?.toLowerCase() === 'eventual' &&
  call.request.query.get('$count') === 'true';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 999;

/** What a collection is printed from. */
export interface Collection {
  /** After `$metadata#`. */
  readonly context: string;
  readonly items: readonly GraphObject[];
}

/**
 * One page of a collection: `$top` (100 by default, 999 at most), `$skiptoken`, `@odata.nextLink` and `@odata.count`.
 *
 * @see https://learn.microsoft.com/graph/paging
 */
export function collectionReply(call: GraphCall, { context, items }: Collection): Reply {
  const size = pageSize(call);
  if (typeof size !== 'number') return size;
  const offset = readSkipToken(call.request.query.get('$skiptoken'));
  if (offset === undefined) {
    return call.error('Request_BadRequest', { message: 'The skip token is not valid.' });
  }
  const end = offset + size;
  return graphJson({
    '@odata.context': `${call.base}/$metadata#${context}`,
    ...(isAdvanced(call) && offset === 0 ? { '@odata.count': items.length } : {}),
    ...(end < items.length ? { '@odata.nextLink': nextLink(call, end) } : {}),
    value: items.slice(offset, end),
  });
}

/** The number alone, for `/$count`; only from the eventual index. */
export function countReply(call: GraphCall, count: number): Reply {
  if (headerOf(call.request, 'consistencylevel')?.toLowerCase() !== 'eventual') {
    return call.error('Request_BadRequest', {
      message: '$count needs the header ConsistencyLevel: eventual.',
    });
  }
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(count) };
}

function pageSize(call: GraphCall): number | Reply {
  const text = call.request.query.get('$top');
  if (text === null) return DEFAULT_PAGE;
  const top = Number(text);
  if (!Number.isInteger(top) || top < 1) {
    const message = `Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`;
    return call.error('Request_BadRequest', { message });
  }
  if (top <= LARGEST_PAGE) return top;
  return call.caller.tenant.variants.topTooLarge === 'clamped'
    ? LARGEST_PAGE
    : call.error('Request_BadRequest', {
        message: `Invalid page size specified: '${text}'. Must be between 1 and 999 inclusive.`,
      });
}

const SKIP_TOKEN_PREFIX = 'RFNwdAIAAQAAAB';

const writeSkipToken = (offset: number): string =>
  SKIP_TOKEN_PREFIX + Buffer.from(`offset:${offset}`).toString('base64url');

function readSkipToken(token: string | null): number | undefined {
  if (token === null) return 0;
  if (!token.startsWith(SKIP_TOKEN_PREFIX)) return undefined;
  const text = Buffer.from(token.slice(SKIP_TOKEN_PREFIX.length), 'base64url').toString('utf8');
  const offset = /^offset:(\d+)$/.exec(text)?.[1];
  return offset === undefined ? undefined : Number(offset);
}

/** The same query with another skip token, at the public origin. */
function nextLink(call: GraphCall, offset: number): string {
  const [, query = ''] = call.request.target.split('?');
  const kept = query
    .split('&')
    .filter((part) => part !== '' && !/^(?:\$|%24)skiptoken=/i.test(part));
  const path = call.request.path.slice(`/${call.parameters['version'] ?? ''}`.length);
  return `${call.base}${path}?${[...kept, `$skiptoken=${writeSkipToken(offset)}`].join('&')}`;
}
