import type { Decision, Failure, HookName, Patch, Usage, Verdict } from '../../sandbox/contract.ts';

/** One run of one hook of one extension. */
export interface InvocationRecord {
  readonly extension: string;
  /** Hash of what ran. */
  readonly version: string;
  readonly hook: HookName;
  readonly mode: 'shadow' | 'enforce';
  /** What `authenticate` said; left out for other hooks and when it failed. */
  readonly verdict?: Verdict['verdict'];
  /** The decision of `decide`; null for other hooks and when it failed. */
  readonly decision: Decision | null;
  /** The patch of `enrich` that was applied, in shadow mode would have been; null for other hooks and when it failed. */
  readonly patch: Patch | null;
  /** Which rule of `mapping` is behind each part of the patch, as `claims: NAME`; left out for all other extensions. */
  readonly rules?: { readonly [target: string]: string };
  /** In shadow mode: what the sign-in would have got; null when that is what it got, and in other modes. */
  readonly instead: 'allow' | 'deny' | 'failed' | 'challenge' | null;
  readonly failure: Failure | null;
  readonly hostCalls: readonly HostCallRecord[];
  /** Tokens that were granted and could not be had, with the code of the reason. */
  readonly unavailable: readonly { readonly resource: string; readonly reason: string }[];
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
  /** What the gateway itself did, in words; left out for requests. */
  readonly done?: string;
  readonly ms: number;
}
