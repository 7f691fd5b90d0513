import { z } from 'zod';

import type { Challenge, Decision, Failure, JsonObject } from '../../sandbox/contract.ts';
import type { Limits } from './limits.ts';
import { type Checked, plainText, readResult } from './result.ts';

const json: z.ZodType<JsonObject> = z.record(z.string().max(200), z.json());

const CHALLENGE = z
  .strictObject({
    decision: z.literal('challenge'),
    claims: json.exactOptional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/))
      .min(1)
      .max(20)
      .exactOptional(),
    prompt: z.enum(['login', 'consent']).exactOptional(),
  })
  .refine(
    ({ claims, scopes, prompt }) =>
      [claims, scopes, prompt].filter((one) => one !== undefined).length === 1,
    'give exactly one of claims, scopes and prompt',
  );

const DECISION = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('allow') }),
  z.strictObject({
    decision: z.literal('deny'),
    code: z.string().regex(/^[a-z0-9_-]{1,64}$/, 'has to be of the form [a-z0-9_-]{1,64}'),
    message: plainText(500).exactOptional(),
    reason: plainText(2_000).exactOptional(),
  }),
  CHALLENGE,
]);

/** What most sign-ins get, told at a glance. */
const ALLOWED = '{"decision":"allow"}';

/**
 * Narrows what `decide` returned. Nothing but the three decisions is one; that a hook returned nothing has a code of its
 * own, since forgetting to return is the mistake that must never let anybody in.
 */
export function readDecision(text: string, limits: Limits): Checked<Decision> {
  if (text === ALLOWED) return { ok: true, value: { decision: 'allow' } };
  if (text === 'null') {
    return {
      ok: false,
      code: 'DECISION_MISSING',
      message: 'decide returned nothing; return allow(), deny(code) or challenge(…)',
    };
  }
  return readResult<Decision>(text, DECISION, limits);
}

/** What one extension said of a sign-in, after its failure policy. */
export interface ExtensionDecision {
  readonly extension: string;
  readonly decision: Decision | null;
  readonly failure: Failure | null;
}

/** What all extensions said together. */
export type CombinedDecision =
  | { readonly decision: 'allow' }
  | {
      readonly decision: 'deny';
      readonly extension: string;
      readonly code: string;
      readonly message: string | null;
      readonly reason: string | null;
    }
  | { readonly decision: 'failed'; readonly extension: string; readonly failure: Failure }
  | { readonly decision: 'challenge'; readonly extension: string; readonly challenge: Challenge };

/** Refusals outweigh a challenge, a challenge outweighs allow; among equals the first of the configuration counts. */
export function combine(decisions: readonly ExtensionDecision[]): CombinedDecision {
  for (const { extension, decision, failure } of decisions) {
    if (failure) return { decision: 'failed', extension, failure };
    if (decision?.decision === 'deny') {
      const { code, message = null, reason = null } = decision;
      return { decision: 'deny', extension, code, message, reason };
    }
  }
  for (const { extension, decision } of decisions) {
    if (decision?.decision === 'challenge')
      return { decision: 'challenge', extension, challenge: decision };
  }
  return { decision: 'allow' };
}
