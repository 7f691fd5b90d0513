import { z } from 'zod';

import type { EffectiveGrant } from '../grant.ts';
import { authorise } from './authorise.ts';
import { headerFault } from './headers.ts';
import type { PreparedCall } from './prepare.ts';

/** Why a batch is refused. */
export interface BatchRefusal {
  readonly code: 'BATCH_INVALID' | 'BATCH_PART_REFUSED';
  readonly message: string;
}

/** What a batch asks for, when all of it is granted. */
export interface AllowedBatch {
  /** One of its parts asks for something to be changed. */
  readonly changes: boolean;
}

/** Graph takes 20 requests in a batch. */
const MAX_PARTS = 20;

const BATCH = z.object({
  requests: z
    .array(
      z.object({
        id: z.string().max(100),
        method: z.string().regex(/^[A-Z]{1,20}$/),
        url: z.string().max(8_192),
        headers: z.record(z.string(), z.string()).optional(),
      }),
    )
    .min(1)
    .max(MAX_PARTS),
});

type Part = z.infer<typeof BATCH>['requests'][number];

/** True for a request that carries other requests in its body. */
export function isBatch(url: URL): boolean {
  return /\/\$batch\/?$/i.test(decodeURI(url.pathname));
}

/**
 * Opens a JSON batch and holds every part of it to the same rules as a request by itself: otherwise a grant of `$batch`
 * would be a grant of everything. Null for one that is allowed whole.
 *
 * @see https://learn.microsoft.com/graph/json-batching
 */
export function checkBatch(
  call: Pick<PreparedCall, 'body' | 'token'>,
  url: URL,
  grant: EffectiveGrant,
  ownOrigin: string,
): AllowedBatch | BatchRefusal {
  const parts = readParts(call.body);
  if (!parts) {
    return { code: 'BATCH_INVALID', message: 'the body is not a JSON batch that can be opened' };
  }
  const base = url.origin + url.pathname.replace(/\/[^/]+\/?$/, '');
  const resource = call.token?.resource ?? null;
  for (const part of parts) {
    const why = partFault(part, (target) => {
      const answer = authorise(
        { url: base + target, method: part.method, resource },
        grant,
        ownOrigin,
      );
      return answer.ok ? undefined : answer.message;
    });
    if (why !== undefined) {
      return { code: 'BATCH_PART_REFUSED', message: `part ${part.id} of the batch: ${why}` };
    }
  }
  return { changes: parts.some(({ method }) => method !== 'GET' && method !== 'HEAD') };
}

function readParts(body: Buffer | null): readonly Part[] | undefined {
  if (!body) return undefined;
  try {
    return BATCH.safeParse(JSON.parse(body.toString())).data?.requests;
  } catch {
    return undefined; // not JSON
  }
}

function partFault(
  { url, headers = {} }: Part,
  refusalOf: (target: string) => string | undefined,
): string | undefined {
  if (!/^\/(?!\/)/.test(url)) return 'its URL is not relative to the version of the API';
  if (/(?:^|\/)\$batch/i.test(url)) return 'a batch in a batch';
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization');
  if (header) return 'a part has no authorization of its own';
  const fault = Object.entries(headers)
    .map(headerFault)
    .find((one) => one !== undefined);
  return fault ?? refusalOf(url);
}
