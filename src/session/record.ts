import type {
  Decision,
  EntraGroup,
  Failure,
  GroupRef,
  HookName,
  Patch,
  Principal,
  TokenMetadata,
  Usage,
} from '../../sandbox/contract.ts';
import type { VerdictRecord } from '../authentication/verdict.ts';

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
  readonly code: string | null;
  /** For the person; null when there is nothing to say beyond the code. */
  readonly message: string | null;
  /** For the operator; null when there is nothing to say beyond the message. */
  readonly reason: string | null;
  /** Entra's correlation id, when there is one. */
  readonly correlationId: string | null;
  readonly verdicts: readonly VerdictRecord[];
  /** As far as it was known when the sign-in ended. */
  readonly principal: Principal | null;
  readonly groups: GroupMatch | null;
  readonly tokens: readonly TokenMetadata[];
  readonly extensions: readonly InvocationRecord[];
  /** In order, with the time each took. */
  readonly steps: readonly Step[];
}

/** How the groups that were read became groups of Entrada. */
export interface GroupMatch {
  readonly base: readonly GroupRef[];
  readonly matched: readonly GroupRef[];
  /** Read from Entra, and no group of Entrada has the name. */
  readonly ignored: readonly EntraGroup[];
}

export interface Step {
  readonly name: StepName;
  readonly durationMs: number;
}

export type StepName =
  | 'redirect'
  | 'tenant'
  | 'callback'
  | 'tokens'
  | 'groups'
  | 'principal'
  | 'decide'
  | 'enrich'
  | 'session';

/** One run of one hook of one extension. */
export interface InvocationRecord {
  readonly extension: string;
  /** Hash of what ran. */
  readonly version: string;
  readonly hook: HookName;
  readonly mode: 'shadow' | 'enforce';
  /** The decision of `decide`; null for other hooks and when it failed. */
  readonly decision: Decision | null;
  /** The patch of `enrich` that was applied; null for other hooks and when it failed. */
  readonly patch: Patch | null;
  readonly failure: Failure | null;
  readonly hostCalls: readonly HostCallRecord[];
  readonly usage: Usage | null;
  readonly durationMs: number;
}

/** One request that the broker was asked for. */
export interface HostCallRecord {
  readonly method: string;
  /** Without its query's values and without anything secret. */
  readonly url: string;
  /** Null when it was refused or never answered. */
  readonly status: number | null;
  /** The pattern of the grant that allowed it; null when none did. */
  readonly rule: string | null;
  /** Why it was refused or failed; null when it was answered. */
  readonly code: string | null;
  readonly ms: number;
}
