import type { ErrorCode } from '../errors.ts';
import type { Principal, TokenMetadata } from '../../sandbox/contract.ts';
import type { VerdictRecord } from '../authentication/verdict.ts';
import type { Actor } from '../entra/entra-error.ts';
import type { Remark } from '../entra/remark.ts';
import type { InvocationRecord } from '../extensions/record.ts';
import type { GroupMatch } from '../principal/groups.ts';

export type { HostCallRecord, InvocationRecord } from '../extensions/record.ts';
export type { GroupMatch } from '../principal/groups.ts';

/**
 * Everything that happened in one sign-in, kept for `explain.retention`: what `entrada explain` tells and what the page of
 * the signed-in person shows. No token, no secret, no body.
 */
export interface SignInRecord {
  /** Shown on every page of this sign-in and in every line of the log. */
  readonly id: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly service: { readonly type: string; readonly path: string };
  readonly method: { readonly id: string; readonly type: string; readonly name: string };
  readonly request: {
    readonly address: string;
    readonly userAgent: string;
    readonly path: string;
  };
  /** `denied`: somebody decided so. `failed`: the protocol, the network or an extension did not do its part. */
  readonly outcome: 'allowed' | 'denied' | 'failed' | 'challenged';
  /** Null when allowed. */
  readonly code: ErrorCode | null;
  /** The code of `deny(…)`; null when no extension denied. */
  readonly denial: string | null;
  /** For the person; null when there is nothing to say beyond the code. */
  readonly message: string | null;
  /** For the operator; null when there is nothing to say beyond the message. */
  readonly reason: string | null;
  /** Who can mend what went wrong; null when the code says it, or nothing did. */
  readonly actor: Actor | null;
  /** What to do about it, in the imperative; null when there is nothing to say. */
  readonly next: string | null;
  /** Number of Entra's error, as in 50105 of `AADSTS50105`; null when there is none. */
  readonly aadsts: number | null;
  /** Entra's correlation id, when there is one. */
  readonly correlationId: string | null;
  readonly verdicts: readonly VerdictRecord[];
  /** As far as it was known when the sign-in ended. */
  readonly principal: Principal | null;
  readonly groups: GroupMatch | null;
  /** Names of the claims that came from the method; left out in records of an earlier release. */
  readonly claimNames?: readonly string[];
  /** What the operator should know although nothing failed for it. */
  readonly remarks: readonly Remark[];
  readonly tokens: readonly TokenMetadata[];
  readonly extensions: readonly InvocationRecord[];
  /** In order, with the time each took. */
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name: StepName;
  readonly durationMs: number;
}

export type StepName =
  | 'redirect'
  | 'tenant'
  | 'callback'
  | 'authenticate'
  | 'tokens'
  | 'groups'
  | 'principal'
  | 'decide'
  | 'enrich'
  | 'session';
