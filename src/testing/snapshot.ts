import type { Decision, Failure, Patch } from '../../sandbox/contract.ts';
import type { MadeUpSignIn } from './made-up.ts';
import type { TestHost, TestRun } from './test-host.ts';

/** What came of a run, without what differs from one run to the next. */
export interface RunSnapshot {
  readonly decision?: Decision | null;
  readonly patch?: Patch | null;
  /** As `throw THROWN: the message (index.ts:12)`. */
  readonly failure?: string;
  /** As `GET https://graph.microsoft.com/v1.0/me 200`. */
  readonly requests: readonly string[];
  readonly logs: readonly string[];
}

/** A run that has a decision, or a patch, or neither. */
export type AnyRun = TestRun & {
  readonly decision?: Decision | null;
  readonly patch?: Patch | null;
};

/**
 * A run as plain data for `t.snapshot`: decision or patch, failure, requests and lines, and neither times nor ids. A change of
 * what an extension does is then a difference that somebody looks at.
 */
export function toSnapshot(run: AnyRun): RunSnapshot {
  const { decision, patch, failure, requests, logs } = run;
  return {
    ...(decision === undefined ? {} : { decision }),
    ...(patch === undefined ? {} : { patch }),
    ...(failure === null ? {} : { failure: describe(failure) }),
    requests: requests.map(({ method, url, status, code }) => `${method} ${url} ${status ?? code}`),
    logs: logs.map(({ level, text }) => `${level} ${text}`),
  };
}

/** People who sign in, by what the test calls them. */
export interface NamedSignIns {
  readonly [name: string]: MadeUpSignIn;
}

/** What each of them gets, in a word each, for one snapshot of a whole policy: `allow`, `deny department`, `throw THROWN`. */
export async function decisionTable(
  host: Pick<TestHost, 'decide'>,
  signIns: NamedSignIns,
): Promise<{ readonly [name: string]: string }> {
  const rows = Object.entries(signIns).map(
    async ([name, signIn]) => [name, word(await host.decide(signIn))] as const,
  );
  return Object.fromEntries(await Promise.all(rows));
}

/** Who gets something else, and what. */
export interface ShadowDiff {
  readonly [name: string]: { readonly current: string; readonly candidate: string };
}

/**
 * Whom another version, config or grant would treat otherwise. The candidate runs in shadow mode: what changes something is
 * not sent.
 */
export async function shadowDiff(
  current: Pick<TestHost, 'decide'>,
  candidate: Pick<TestHost, 'shadow'>,
  signIns: NamedSignIns,
): Promise<ShadowDiff> {
  const [before, after] = await Promise.all([
    decisionTable(current, signIns),
    decisionTable({ decide: (signIn) => candidate.shadow(signIn) }, signIns),
  ]);
  return Object.fromEntries(
    Object.keys(signIns)
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, { current: before[name] ?? '', candidate: after[name] ?? '' }]),
  );
}

function word({
  decision,
  failure,
}: {
  decision: Decision | null;
  failure: Failure | null;
}): string {
  if (failure) return `${failure.kind} ${failure.code}`;
  if (decision === null) return 'nothing';
  return decision.decision === 'deny' ? `deny ${decision.code}` : decision.decision;
}

function describe({ kind, code, message, frames }: Failure): string {
  const [frame] = frames;
  const place = frame ? ` (${frame.file}:${frame.line})` : '';
  return `${kind} ${code}: ${message}${place}`;
}
