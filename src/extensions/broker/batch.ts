import { z } from 'zod';

import type { JsonObject } from '../../../sandbox/contract.ts';
import { CLOUDS } from '../../config/values/cloud.ts';
import type { EffectiveGrant } from '../grant.ts';
import { nestsTooDeep } from '../nesting.ts';
import { authorise, decodePath } from './authorise.ts';
import { headerFault, type HeaderPair, isCredential, withoutBody } from './headers.ts';
import type { PreparedCall } from './prepare.ts';

/** Why a batch is refused. */
export interface BatchRefusal {
  readonly code: 'BATCH_INVALID' | 'BATCH_PART_REFUSED';
  readonly message: string;
}

/** One request of a batch that is granted. */
export interface AllowedPart {
  readonly id: string;
  readonly method: string;
  readonly url: URL;
}

/** What a batch asks for, when all of it is granted. */
export interface AllowedBatch {
  readonly parts: readonly AllowedPart[];
  /** One of its parts asks for something to be changed. */
  readonly changes: boolean;
  /**
   * What was checked, written anew: a member that stands twice, a name in another case, or another encoding of the text
   * would be read by the service in its own way.
   */
  readonly body: Buffer;
}

/** Graph takes 20 requests in a batch. */
const MAX_PARTS = 20;

const BATCH = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        id: z.string().max(100),
        method: z.string().regex(/^[A-Z]{1,20}$/),
        url: z.string().max(8_192),
        headers: z.record(z.string(), z.string()).optional(),
        body: z.custom<JsonObject[string]>((value) => value !== undefined).optional(),
        dependsOn: z.array(z.string().max(100)).max(MAX_PARTS).optional(),
      }),
    )
    .min(1)
    .max(MAX_PARTS),
});

type Part = z.infer<typeof BATCH>['requests'][number];

/** Azure Resource Manager, of every cloud. */
const MANAGEMENT: ReadonlySet<string> = new Set(
  Object.values(CLOUDS).map(({ management }) => management),
);

/**
 * True for a request that carries other requests in its body: an OData batch, and those of Azure Resource Manager and of
 * Azure Storage, which cannot be opened and are refused for it.
 */
export function isBatch(url: URL): boolean {
  const path = (decodePath(url) ?? url.pathname).toLowerCase();
  if (/\/\s*\$batch\s*(?:;[^/]*)?\/*$/.test(path)) return true;
  if (MANAGEMENT.has(url.origin) && /^\/batch\/*$/.test(path)) return true;
  return [...url.searchParams].some(
    ([name, value]) => name.toLowerCase() === 'comp' && value.toLowerCase() === 'batch',
  );
}

/**
 * Opens a JSON batch and holds every part of it to the same rules as a request by itself: otherwise a grant of `$batch`
 * would be a grant of everything.
 *
 * @see https://learn.microsoft.com/graph/json-batching
 */
export function checkBatch(
  call: Pick<PreparedCall, 'body' | 'token'>,
  url: URL,
  grant: EffectiveGrant,
  ownOrigin: string,
): AllowedBatch | BatchRefusal {
  const requests = readParts(call.body);
  if (!requests) {
    return { code: 'BATCH_INVALID', message: 'the body is not a JSON batch that can be opened' };
  }
  const base = url.origin + url.pathname.replace(/\/[^/]+\/*$/, '');
  const resource = call.token?.resource ?? null;
  const parts: AllowedPart[] = [];
  for (const part of requests) {
    const allowed = checkPart(part, base, (target) =>
      authorise({ url: target, method: part.method, resource }, grant, ownOrigin),
    );
    if (typeof allowed === 'string') {
      return { code: 'BATCH_PART_REFUSED', message: `part ${part.id} of the batch: ${allowed}` };
    }
    parts.push({ id: part.id, method: part.method, url: allowed });
  }
  return {
    parts,
    changes: parts.some(({ method }) => method !== 'GET' && method !== 'HEAD'),
    body: writeParts(requests, parts, base),
  };
}

function readParts(body: Buffer | null): readonly Part[] | undefined {
  if (!body) return undefined;
  try {
    const value: unknown = JSON.parse(body.toString());
    if (nestsTooDeep(value)) return undefined;
    const { requests } = BATCH.parse(value);
    const ids = new Set(requests.map(({ id }) => id));
    return ids.size === requests.length ? requests : undefined;
  } catch {
    return undefined; // not JSON, or not a batch
  }
}

/** The URL of a part that is allowed, or why it is not. */
function checkPart(
  { url: target, headers = {} }: Part,
  base: string,
  ask: (target: string) => ReturnType<typeof authorise>,
): URL | string {
  if (!/^\/(?!\/)/.test(target)) return 'its URL is not relative to the version of the API';
  const fault = Object.entries(headers).map(partHeaderFault).find(Boolean);
  if (fault !== undefined) return fault;
  const answer = ask(base + target);
  if (!answer.ok) return answer.message;
  if (!answer.url.href.startsWith(`${base}/`)) return 'its URL leads out of the version of the API';
  return isBatch(answer.url) ? 'a batch in a batch' : answer.url;
}

function partHeaderFault(header: HeaderPair): string | undefined {
  if (isCredential(header)) return 'a part has no authorization of its own';
  return headerFault(header);
}

/** URLs as they were judged: dots are gone from them, and what stood behind a `#`. */
function writeParts(
  requests: readonly Part[],
  parts: readonly AllowedPart[],
  base: string,
): Buffer {
  const written = requests.map((request, index) => ({
    ...request,
    url: (parts[index]?.url.href ?? '').slice(base.length).replace(/#.*/, ''),
  }));
  return Buffer.from(JSON.stringify({ requests: written }));
}

/** The call with its batch as it was written anew. */
export function withBatch(call: PreparedCall, { body }: AllowedBatch): PreparedCall {
  const headers = [...withoutBody(call.headers), ['content-type', 'application/json'] as const];
  return { ...call, headers, body };
}
