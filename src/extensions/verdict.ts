import { z } from 'zod';

import type { Credentials, JsonObject, Verdict } from '../../sandbox/contract.ts';
import { formsOf, holdsSecret } from '../config/masking.ts';
import type { Secret } from '../config/secret.ts';
import { parseClaim } from '../config/values/names.ts';
import { hideShort } from './invoke.ts';
import type { Limits } from './limits.ts';
import { type Checked, plainText, readResult } from './result.ts';

const name = plainText(256).min(1);

/** A claim's value. Unit of its size: UTF-16 code units of its JSON. */
const MAX_CLAIM = 4 * 1024;

const claim = z
  .json()
  .refine((value) => JSON.stringify(value).length <= MAX_CLAIM, `is longer than ${MAX_CLAIM}`);

const claims: z.ZodType<JsonObject> = z.record(
  z.string().refine((text) => parseClaim(text).ok, 'is no claim that an extension may make'),
  claim,
);

const VERDICT = z.discriminatedUnion('verdict', [
  z.strictObject({
    verdict: z.literal('accept'),
    id: z
      .string()
      .regex(/^[A-Za-z0-9._@:+=-]{1,128}$/, 'has to be of the form [A-Za-z0-9._@:+=-]{1,128}'),
    username: name.exactOptional(),
    name: name.exactOptional(),
    email: name.exactOptional(),
    claims: claims.exactOptional(),
  }),
  z.strictObject({
    verdict: z.literal('reject'),
    code: z.string().regex(/^[a-z0-9_-]{1,64}$/, 'has to be of the form [a-z0-9_-]{1,64}'),
    reason: plainText(2_000).exactOptional(),
  }),
  z.strictObject({ verdict: z.literal('next') }),
]);

/**
 * Narrows what `authenticate` returned. That a hook returned nothing has a code of its own; a verdict with the password in
 * it is none, since verdicts are kept.
 */
export function readVerdict(
  text: string,
  limits: Limits,
  { username, password }: Pick<Credentials, 'username'> & { readonly password: Secret },
): Checked<Verdict> {
  if (text === 'null') {
    return {
      ok: false,
      code: 'VERDICT_MISSING',
      message: 'authenticate returned nothing; return accept(…), reject(code) or next()',
    };
  }
  const checked = readResult<Verdict>(text, VERDICT, limits);
  if (!checked.ok || password.reveal() === username || !tells(checked.value, password)) {
    return checked.ok ? { ok: true, value: withoutShort(checked.value, password) } : checked;
  }
  return {
    ok: false,
    code: 'PASSWORD_RETURNED',
    message: 'the verdict has the password in it, and verdicts are kept',
  };
}

function withoutShort(verdict: Verdict, password: Secret): Verdict {
  if (verdict.verdict !== 'reject' || verdict.reason === undefined) return verdict;
  return { ...verdict, reason: hideShort(verdict.reason, [password]) };
}

function tells(verdict: Verdict, password: Secret): boolean {
  const text = JSON.stringify(verdict);
  if (holdsSecret(text, [password])) return true;
  const value = password.reveal();
  // What is too short to be looked for within texts is looked for as a whole one.
  return formsOf(password).length === 0 && value !== '' && text.includes(JSON.stringify(value));
}
