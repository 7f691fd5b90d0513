import { EntraDeniedError, type EntraError } from '../entra/entra-error.ts';
import type { ErrorCode } from '../errors.ts';
import type { CombinedDecision } from '../extensions/decision.ts';
import type { Ending } from './attempt.ts';
import type { BegunSignIn } from './sign-in.ts';

const SAYS_NOTHING = {
  reason: null,
  message: null,
  denial: null,
  actor: null,
  next: null,
  aadsts: null,
} as const;

export const ALLOWED: Ending = { outcome: 'allowed', code: null, ...SAYS_NOTHING };
export const CHALLENGED: Ending = { outcome: 'challenged', code: null, ...SAYS_NOTHING };

/** How an attempt ended that let nobody in. */
export interface RefusedEnding extends Ending {
  readonly outcome: 'denied' | 'failed';
  readonly code: ErrorCode;
}

/** Somebody is not let in. */
export class Refusal {
  readonly ending: RefusedEnding;

  constructor(
    outcome: RefusedEnding['outcome'],
    code: ErrorCode,
    said: Partial<Omit<Ending, 'outcome' | 'code'>> = {},
  ) {
    this.ending = { ...SAYS_NOTHING, outcome, code, ...said };
  }
}

/** One more round at Entra. */
export class OneMoreRound {
  readonly begun: BegunSignIn;

  constructor(begun: BegunSignIn) {
    this.begun = begun;
  }
}

/** Somebody is not let in by Entra, or because of what became of asking it. */
export function refusalBy(error: EntraError): Refusal {
  const { code, message: reason, actor, next = null, aadsts } = error;
  const denied = actor === 'person' || error instanceof EntraDeniedError;
  return new Refusal(denied ? 'denied' : 'failed', code, { reason, actor, next, aadsts });
}

/** Somebody is not let in by an extension. */
export function refusalOf(
  combined: Exclude<CombinedDecision, { decision: 'allow' | 'challenge' }>,
): Refusal {
  if (combined.decision === 'deny') {
    const { extension, code, message, reason } = combined;
    return new Refusal('denied', 'SIGN_IN_DENIED', {
      reason: `${extension}: ${reason ?? code}`,
      message,
      denial: code,
    });
  }
  const { extension, failure } = combined;
  const reason = `${extension}: ${failure.kind} ${failure.code}: ${failure.message}`;
  return new Refusal('failed', 'SIGN_IN_EXTENSION_FAILED', { reason });
}

/** What is told to the person: how they or their administrator mend it. How the operator does is for the log alone. */
export const adviceOf = ({ actor, next }: Ending): string | null =>
  actor === 'person' || actor === 'administrator' ? next : null;

/** Codes that stand for a permission that nobody consented to. */
const MISSING_CONSENT: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ENTRA_CONSENT_REQUIRED',
  'ENTRA_GRAPH_FORBIDDEN',
  'ENTRA_GROUPS_SCOPE',
  'ENTRA_GROUPS_UNNAMED',
]);

/**
 * Numbers that say the same under another word: "need admin approval" comes as a denial, and whoever goes back from that
 * page as somebody who declined.
 */
const APPROVAL_NUMBERS: ReadonlySet<number> = new Set([65001, 65004, 90094, 90095, 90099, 650056]);

/** True when an administrator's consent may be what is missing: then the page shows the way to it. */
export const wantsConsent = ({ code, aadsts }: Pick<Ending, 'code' | 'aadsts'>): boolean =>
  (code !== null && MISSING_CONSENT.has(code)) || (aadsts !== null && APPROVAL_NUMBERS.has(aadsts));
