import { styleText } from 'node:util';

import type { Gateway } from '../gateway.ts';
import { Net } from '../net/net.ts';
import type { InvocationRecord, SignInRecord } from '../session/record.ts';
import { signInByHand, titleOf, type Visit } from '../testing/visit.ts';
import { Visitor } from '../testing/visitor.ts';
import type { DemoWorld } from './demo-world.ts';
import { EXIT, Exit } from './exit.ts';
import { print, printJson } from './say.ts';

/** Who signs in, and how that should end: let in, or denied by the extension that says this code. */
const PEOPLE = [
  { person: 'jane@contoso.example', expected: 'allowed', denial: null },
  { person: 'emil@contoso.example', expected: 'denied', denial: 'department' },
] as const;

type Expected = (typeof PEOPLE)[number];

/** One sign-in, as `--json` prints it. No token is anywhere in it. */
export interface HeadlessSignIn {
  readonly person: string;
  /** It ended as it should. */
  readonly ok: boolean;
  readonly outcome: 'allowed' | 'denied';
  readonly code: string | null;
  readonly principal: SignInRecord['principal'];
  readonly tokens: SignInRecord['tokens'];
  readonly decisions: readonly object[];
  /** Null when denied. */
  readonly session: { readonly id: string; readonly service: string } | null;
  readonly steps: readonly { readonly name: string; readonly ms: number }[];
}

/** Signs people in over real HTTPS and prints what happened. Ends the command with 1 when one did not end as it should. */
export async function runHeadless(
  world: DemoWorld,
  gateway: Gateway,
  json: boolean,
): Promise<void> {
  const signIns: HeadlessSignIn[] = [];
  for (const one of PEOPLE) {
    // oxlint-disable-next-line no-await-in-loop -- one person after the other, as their steps are printed
    const { visit, record } = await signIn(world, gateway, one.person);
    // oxlint-disable-next-line no-await-in-loop -- as above
    signIns.push(await summary(one, visit, record, gateway));
    if (!json) tell(one, visit, record);
  }
  const ok = signIns.every((one) => one.ok);
  if (json) printJson({ ok, signIns });
  else
    print(
      ok
        ? styleText('green', 'Both ended as they should.')
        : styleText('red', 'Not as it should have ended.'),
    );
  if (!ok) throw new Exit(EXIT.failed);
}

async function signIn(
  { origin, emulator }: DemoWorld,
  gateway: Gateway,
  person: string,
): Promise<{ readonly visit: Visit; readonly record: SignInRecord }> {
  await using net = new Net();
  const http = net.client({ proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' });
  const records: SignInRecord[] = [];
  const stop = gateway.onSignIn((record) => void records.push(record));
  try {
    const visit = await signInByHand(new Visitor(http), `${origin}/`, person);
    const record = records.at(-1);
    if (!record)
      throw new Error(`no sign-in of ${person} reached the gateway: ${titleOf(visit.page)}`);
    return { visit, record };
  } finally {
    stop();
  }
}

async function summary(
  { person, expected, denial }: Expected,
  visit: Visit,
  record: SignInRecord,
  gateway: Gateway,
): Promise<HeadlessSignIn> {
  const { sessions } = await gateway.sessions.list({ limit: 100 });
  const made = sessions.find(({ session }) => session.signIn === record.id)?.session;
  const outcome = record.outcome === 'allowed' && visit.signedIn ? 'allowed' : 'denied';
  const asExpected =
    outcome === expected &&
    record.denial === denial &&
    (outcome === 'allowed') === (made !== undefined);
  return {
    person,
    ok: asExpected && record.outcome !== 'failed',
    outcome,
    code: record.denial ?? record.code,
    principal: record.principal,
    tokens: record.tokens,
    decisions: record.extensions.map(decisionOf),
    session: made ? { id: made.id, service: made.service.path } : null,
    steps: [...visit.steps.map(({ name, ms }) => ({ name, ms })), ...stepsOf(record)],
  };
}

function decisionOf({
  extension,
  hook,
  decision,
  patch,
  failure,
  hostCalls,
  durationMs,
}: InvocationRecord): object {
  return { extension, hook, decision, patch, failure, hostCalls, ms: round(durationMs) };
}

function stepsOf({
  steps,
}: SignInRecord): readonly { readonly name: string; readonly ms: number }[] {
  return steps.map(({ name, durationMs }) => ({ name: `gateway ${name}`, ms: durationMs }));
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function tell({ person }: Expected, visit: Visit, record: SignInRecord): void {
  print(styleText('bold', `\n${person}`));
  for (const { name, what, ms } of visit.steps) line(name, what, ms);
  print('  in the gateway');
  for (const { name, durationMs } of record.steps)
    line(`  ${name}`, detailOf(name, record), durationMs);
  for (const {
    extension,
    hook,
    decision,
    patch,
    failure,
    hostCalls,
    durationMs,
  } of record.extensions) {
    const said = failure
      ? `failed: ${failure.code} ${failure.message}`
      : JSON.stringify(decision ?? patch);
    line(`  ${extension}.${hook}`, said, durationMs);
    for (const call of hostCalls) {
      line(
        '',
        `${call.method} ${call.url} ${call.status ?? call.code} by ${call.rule ?? 'no rule'}`,
        call.ms,
      );
    }
  }
  const { outcome, code, denial, message } = record;
  line(
    'outcome',
    outcome === 'allowed'
      ? 'allowed'
      : [outcome, code, denial, message].filter(Boolean).join(' · '),
  );
}

function detailOf(step: string, { tokens, principal, groups }: SignInRecord): string {
  if (step === 'tokens')
    return tokens.map(({ resource, scopes }) => `${resource}: ${scopes.join(' ')}`).join('; ');
  if (step === 'groups')
    return `${(groups?.matched ?? []).map(({ name }) => name).join(', ')} of ${principal?.entraGroups.length ?? 0} read`;
  if (step === 'principal')
    return `${principal?.username}: ${principal?.groups.map(({ name }) => name).join(', ')}`;
  return '';
}

function line(name: string, what: string, ms?: number): void {
  const time = ms === undefined ? '' : `${round(ms).toFixed(1)} ms`;
  print(`  ${name.padEnd(28)} ${time.padStart(10)}  ${what}`);
}
