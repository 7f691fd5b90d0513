import type { Json, JsonObject } from '../../../sandbox/contract.ts';
import { MASK } from '../../config/masking.ts';
import type { HttpResponse } from '../../net/http.ts';
import { header } from '../../net/http.ts';
import { nestsTooDeep } from '../nesting.ts';
import type { Allowed } from './authorise.ts';
import type { AllowedBatch } from './batch.ts';
import type { AllowedHop, FetchContext } from './fetch.ts';
import { givesPlaces, type LinkMembers, membersOf, membersOfHop } from './given-links.ts';
import type { HeaderPair } from './headers.ts';
import type { HeldLinks } from './held-links.ts';
import type { PreparedCall } from './prepare.ts';

/** Headers that tell where a result will be: often at another host, and authorized by themselves. */
const PLACES: ReadonlySet<string> = new Set([
  'location',
  'operation-location',
  'azure-asyncoperation',
]);

/** What an answer may say of places and links. Only such a one is taken apart. */
const MENTIONS =
  /"(?:uploadUrl|@microsoft\.graph\.downloadUrl|@content\.downloadUrl|(?:operation-)?location|azure-asyncoperation)"/i;

type HoldContext = Pick<FetchContext, 'links' | 'grant'>;

/** The body with aliases in place of URLs that are authorized by themselves; the same body when there are none. */
export function holdInBody(
  response: HttpResponse,
  call: PreparedCall,
  hop: AllowedHop,
  context: HoldContext,
): Uint8Array {
  const { body } = response;
  if (!/\bjson\b/i.test(header(response, 'content-type') ?? '')) return body;
  const members = membersOfHop(call, hop);
  if (!hop.batch && members.size === 0) return body;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  if (!MENTIONS.test(text)) return body;
  const value = parse(text);
  if (value === undefined) return body; // not JSON, whatever it calls itself: nothing in it is a member
  if (nestsTooDeep(value)) return Buffer.from(JSON.stringify(MASK)); // no link in it can be looked for
  const held = hop.batch
    ? holdInBatch(value, hop.batch, call, context)
    : holdInValue(value, members, context.links);
  return Buffer.from(JSON.stringify(held));
}

/** As whoever reads the body parses it, who takes a byte order mark for none of its text. */
function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** Links at the top, and downloads, of which a list has many, at every depth. */
function holdInValue(value: Json, members: LinkMembers, links: HeldLinks, depth = 0): Json {
  if (Array.isArray(value)) {
    return value.map((one: Json) => holdInValue(one, members, links, depth + 1));
  }
  return isObject(value)
    ? mapMembers(value, (name, one) => {
        const methods = depth === 0 || name.startsWith('@') ? members.get(name) : undefined;
        return methods && typeof one === 'string'
          ? links.hold(one, methods)
          : holdInValue(one, members, links, depth + 1);
      })
    : value;
}

/** Each part of a batch as the answer that it would be by itself. */
function holdInBatch(
  value: Json,
  batch: AllowedBatch,
  call: PreparedCall,
  context: HoldContext,
): Json {
  if (!isObject(value) || !Array.isArray(value['responses'])) return value;
  const responses = value['responses'].map((response: Json) =>
    isObject(response) ? holdInPart(response, batch, call, context) : response,
  );
  return { ...value, responses };
}

function holdInPart(
  response: JsonObject,
  { parts }: AllowedBatch,
  { token }: PreparedCall,
  context: HoldContext,
): JsonObject {
  const part = parts.find(({ id }) => id === response['id']);
  if (!part) return response;
  const asked = { ...part, withToken: token !== null };
  return mapMembers(response, (name, value) => {
    if (name === 'body') return holdInValue(value, membersOf(asked), context.links);
    if (name !== 'headers' || !isObject(value)) return value;
    return mapMembers(value, (header_, one) => {
      const place = { url: part.url, alias: null, isHeld: givesPlaces(asked) };
      return typeof one === 'string' ? holdPlace([header_, one], place, context)[1] : one;
    });
  });
}

/** A header of an answer with its place held, where that place is one of its own. */
export function holdInHeader(
  pair: HeaderPair,
  { method, token }: PreparedCall,
  { url, alias }: Allowed,
  context: HoldContext,
): HeaderPair {
  const isHeld = givesPlaces({ method, url, withToken: token !== null });
  return holdPlace(pair, { url, alias, isHeld }, context);
}

/** Where a redirect leads: a place that a service gives is a link like any other, such as that of a file's content. */
export function holdIfGiven(
  location: string,
  { method, token }: PreparedCall,
  { url, alias }: Allowed,
  context: HoldContext,
): string {
  const isHeld = alias === null && givesPlaces({ method, url, withToken: token !== null });
  return isHeld ? holdPlace(['location', location], { url, alias, isHeld }, context)[1] : location;
}

interface From {
  readonly url: URL;
  readonly alias: string | null;
  /** It hands out links that are held. */
  readonly isHeld: boolean;
}

/**
 * A place at the same origin needs the token like any other; one that a service gives elsewhere is held; one that a secret
 * URL gives tells of that URL. What any other host says is told as it is: it is reached only where that was granted.
 */
function holdPlace(
  [name, value]: HeaderPair,
  { url, alias, isHeld }: From,
  { links, grant }: HoldContext,
): HeaderPair {
  const target = PLACES.has(name.toLowerCase()) ? URL.parse(value, url) : null;
  if (!target || (target.origin === url.origin && alias === null)) return [name, value];
  if (grant.origins.some(({ origin }) => origin === target.origin)) return [name, value];
  if (alias !== null) return [name, MASK];
  return [name, isHeld ? links.hold(target.href, ['GET', 'HEAD']) : value];
}

function mapMembers(value: JsonObject, map: (name: string, one: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, map(name, one)]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
