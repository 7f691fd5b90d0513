/** What bounds every sign-in. Each has a unit, a default and a reason. */
export interface EntraLimits {
  /** From `begin` to the answer. Unit: milliseconds. Default 2 minutes: documented. */
  readonly signInMs: number;
  /**
   * How much longer a late answer is told from an unknown one, so that the page can say "too late". Unit: milliseconds.
   * Default 13 minutes: who lingers on Entra's page rarely takes longer.
   */
  readonly lateMs: number;
  /** Sign-ins that one address may have pending. Default 200: an office behind one address on Monday morning. */
  readonly pendingPerAddress: number;
  /** Sign-ins that may be stored. Default 20,000: some 20 MB, and more than a tenant's people begin in 15 minutes. */
  readonly pendingInAll: number;
  /** All calls to Entra and Graph of one sign-in. Unit: milliseconds. Default 15 s: people leave. */
  readonly backChannelMs: number;
  /** One call. Unit: milliseconds. Default 10 s. */
  readonly requestMs: number;
  /** Unit: bytes. Default 256 KiB; the real one has 2 KiB. */
  readonly metadataBytes: number;
  /** Unit: bytes. Default 1 MiB; the real one has 20 KiB. */
  readonly keysBytes: number;
  /** Unit: bytes. Default 256 KiB; a token response with three tokens has 8 KiB. */
  readonly tokenBytes: number;
  /** One page of Graph. Unit: bytes. Default 4 MiB; 999 groups have 200 KiB. */
  readonly graphBytes: number;
  /** Photo of a person. Unit: bytes. Default 4 MiB: what Graph stores at most; one of 648 pixels has 100 KiB. */
  readonly photoBytes: number;
  /** Pages of groups. Default 50: at 999 a page more than `groups`. */
  readonly groupPages: number;
  /** Groups of one person. Default 20,000: ten times what Entra lets a token's overage count. */
  readonly groups: number;
}

/** @see EntraLimits for the reasons. */
export const DEFAULT_LIMITS: EntraLimits = {
  signInMs: 120_000,
  lateMs: 13 * 60_000,
  pendingPerAddress: 200,
  pendingInAll: 20_000,
  backChannelMs: 15_000,
  requestMs: 10_000,
  metadataBytes: 256 * 1024,
  keysBytes: 1024 * 1024,
  tokenBytes: 256 * 1024,
  graphBytes: 4 * 1024 * 1024,
  photoBytes: 4 * 1024 * 1024,
  groupPages: 50,
  groups: 20_000,
};
