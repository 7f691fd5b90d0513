import type { RunnerLimits } from '../../sandbox/contract.ts';

/** Every limit of an invocation: those that the runner holds, and those of the broker. */
export interface Limits extends RunnerLimits {
  /** Body of one request. Unit: bytes. */
  readonly requestBytes: number;
  /** Body of one answer. Unit: bytes. */
  readonly responseBytes: number;
  /** One request, redirects included. Unit: milliseconds. */
  readonly requestMs: number;
  readonly redirects: number;
  /** What a hook is told: event and config. Unit: UTF-16 code units of its JSON. */
  readonly callLength: number;
  /** Nesting of a result. */
  readonly resultDepth: number;
  /** Values in a result, nested ones included. */
  readonly resultNodes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Defaults, with their reasons. The operator may set wall time, CPU time and memory, up to the ceilings that the
 * configuration's schema names.
 */
export const DEFAULT_LIMITS: Limits = {
  wallMs: 5_000, // a person waits in front of a browser; one or two seconds are too tight for a cold API
  cpuMs: 200, // a decision compares a few values: more is a loop
  memoryMb: 128, // an object of a million keys aborts the process at 64 and passes at 128
  hostCalls: 50, // as a hosted worker has
  concurrentHostCalls: 6, // as a browser has to one host
  timers: 100,
  messages: 5_000, // calls, timers and lines together, before a flood is a flood
  logLines: 100,
  logLineLength: 2 * KIB,
  messageLength: 3 * MIB, // a request body of 1 MiB in base64, and its headers
  sentLength: 16 * MIB, // a dozen request bodies of the largest size, or all 50 calls with 300 KiB each
  answeredLength: 32 * MIB, // a dozen answers of the largest size
  resultLength: 64 * KIB,
  resultDepth: 32,
  resultNodes: 2_000,
  callLength: 256 * KIB,
  requestBytes: MIB,
  responseBytes: 2 * MIB,
  requestMs: 4_000, // one slow API still leaves time to deny with a reason
  redirects: 3,
};

/** The limits of one extension: defaults, with what the operator set. */
export function limitsOf(given: {
  readonly wallMs?: number;
  readonly cpuMs?: number;
  readonly memoryMb?: number;
}): Limits {
  return { ...DEFAULT_LIMITS, ...given };
}

/** Limits that work in the background has at the least. */
export type BackgroundLimits = Pick<Limits, 'wallMs' | 'cpuMs' | 'requestMs' | 'hostCalls'>;

/** Nobody waits in front of a browser for what is done in the background. */
const BACKGROUND: BackgroundLimits = {
  wallMs: 60_000,
  cpuMs: 2_000,
  requestMs: 30_000,
  hostCalls: 1_000, // a schedule goes over all people, page by page, and keeps a value of each
};

/** The limits of an extension for work in the background: longer ones that the operator set stay. */
export function backgroundLimits(limits: Limits, least: BackgroundLimits = BACKGROUND): Limits {
  return {
    ...limits,
    wallMs: Math.max(limits.wallMs, least.wallMs),
    cpuMs: Math.max(limits.cpuMs, least.cpuMs),
    requestMs: Math.max(limits.requestMs, least.requestMs),
    hostCalls: Math.max(limits.hostCalls, least.hostCalls),
  };
}

/** How often one extension may call one origin: far from what Graph gives to a tenant, and enough for a busy morning. */
export const DEFAULT_RATE: { readonly perSecond: number; readonly burst: number } = {
  perSecond: 100,
  burst: 200,
};
