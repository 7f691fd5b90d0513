import { isDeepStrictEqual } from 'node:util';

import type {
  EnqueueCall,
  Failure,
  Json,
  JsonObject,
  LogLevel,
  Usage,
  Verdict,
} from '../../../sandbox/contract.ts';
import { systemClock } from '../../clock.ts';
import { Secret } from '../../config/secret.ts';
import { EntradaError } from '../../errors.ts';
import { openInMemory } from '../../store/sqlite.ts';
import type { Store } from '../../store/store.ts';
import type { TokenSource } from '../broker/handles.ts';
import { Kv } from '../broker/kv.ts';
import { Throttle } from '../broker/throttle.ts';
import { type HookRun, type Invoked, runHook } from '../invoke.ts';
import type { JobRunner } from '../job.ts';
import { gather, judge } from '../judge.ts';
import { backgroundLimits, DEFAULT_RATE } from '../limits.ts';
import type { BuiltExtension } from '../load.ts';
import type { HostCallRecord } from '../record.ts';
import { uuidOf } from '../seed.ts';
import { readVerdict } from '../verdict.ts';
import type { Fixture } from './fixture.ts';
import { fixtureHttp } from './fixture-http.ts';
import { fixtureSessions } from './fixture-sessions.ts';
import { replaySigner } from './made-up-signature.ts';
import { toldBy } from './told.ts';

/** Hears what happens while a fixture runs. */
export interface FixtureListener {
  readonly log: (level: LogLevel, text: string) => void;
  readonly called: (call: HostCallRecord) => void;
}

/** What came of a fixture. */
export interface FixtureRun {
  /** One of `decision`, `patch`, `result` and `failure`, as a fixture's `expect` says it. */
  readonly outcome: JsonObject;
  /** What it leaves for itself. */
  readonly enqueued: readonly EnqueueCall[];
  /** Null when the hook did not fail. */
  readonly failure: Failure | null;
  readonly requests: readonly HostCallRecord[];
  /** What was otherwise than the fixture says: empty when it was replayed exactly. */
  readonly differences: readonly string[];
  readonly usage: Usage;
  readonly durationMs: number;
}

const SILENT: FixtureListener = { log: () => undefined, called: () => undefined };

/** Runs the hook of a fixture: in a runner, with the extension's grants and limits, with answers of the fixture alone. */
export async function runFixture(
  extension: BuiltExtension,
  fixture: Fixture,
  runner: JobRunner,
  listener: FixtureListener = SILENT,
): Promise<FixtureRun> {
  const { hook, name, at, kv, secrets } = fixture;
  const clock = at === undefined ? systemClock : fixed(at);
  await using store = openInMemory(clock);
  await keepBefore(store, extension.name, kv);
  const http = fixtureHttp(fixture);
  const clients = { public: http.client, any: http.client };
  const told = toldBy(fixture);
  const run = {
    hook,
    ...(name === undefined ? {} : { name }),
    told,
    ...idsOf(extension, fixture, told),
    tokens: hook === 'authenticate' ? NO_TOKENS : madeUpTokens(fixture),
    clients,
    ...(BACKGROUND.has(hook) && { sessions: fixtureSessions(fixture) }),
    ...confidentialIn(told),
  };
  const invoked = await runHook(withLimits(extension, hook), run, {
    clock,
    still: at !== undefined,
    signer: replaySigner(secrets),
    ownOrigin: 'https://entrada.invalid',
    poolOf: () => runner,
    log: ({ level, text }) => listener.log(level, text),
    called: listener.called,
    exposed: () => undefined,
    throttle: new Throttle(clock, DEFAULT_RATE),
    store,
    broken: (_, error) => process.emitWarning(error instanceof Error ? error : String(error)),
    measure: true,
  });
  return reportOf(invoked, fixture, told, http);
}

/** Hooks that nobody waits for. */
const BACKGROUND: ReadonlySet<Fixture['hook']> = new Set(['event', 'schedule']);

function fixed(at: string): () => number {
  const time = Date.parse(at);
  return () => time;
}

/** Of fixtures that name no seed. */
const SEED = 'a fixture';

/** What names a run, as its fixture tells it; where it does not, the same in each run. */
function idsOf(
  { name: extension }: BuiltExtension,
  { hook, seed = SEED }: Fixture,
  { id, invocation, attempt, idempotencyKey, deadline }: JsonObject,
): Pick<HookRun, 'signIn' | 'attempt' | 'idempotencyKey' | 'known'> {
  const signIn = textOr(id, 'fixture');
  return {
    signIn,
    attempt: typeof attempt === 'number' ? attempt : 1,
    idempotencyKey: textOr(idempotencyKey, `${signIn}.${extension}.${hook}`),
    known: {
      seed,
      invocation: textOr(invocation, uuidOf(seed, 'invocation')),
      ...(typeof deadline === 'number' && { deadline }),
    },
  };
}

const textOr = (given: Json | undefined, otherwise: string): string =>
  typeof given === 'string' ? given : otherwise;

/** Nobody waits for hooks in the background: they have more time, as at a gateway. */
function withLimits(extension: BuiltExtension, hook: Fixture['hook']): BuiltExtension {
  const { limits } = extension;
  const waits = hook !== 'event' && hook !== 'schedule';
  return waits ? extension : { ...extension, limits: backgroundLimits(limits) };
}

/** A token of each resource, but for those that the fixture says there was none of. */
function madeUpTokens({ tokens = {} }: Fixture): TokenSource {
  return {
    token: async (resource) => {
      const missing = tokens[resource];
      if (missing === 'none') return undefined;
      if (missing !== undefined) throw new EntradaError(missing, 'as the fixture says');
      return { token: new Secret(`made-up-token-of-${resource}`) };
    },
  };
}

/** Nobody is signed in yet when credentials are judged. */
const NO_TOKENS = { token: async (): Promise<undefined> => undefined };

/** A password stays as hidden as at a gateway. */
function confidentialIn({ password }: JsonObject): { readonly confidential?: readonly Secret[] } {
  return typeof password === 'string' ? { confidential: [new Secret(password)] } : {};
}

async function keepBefore(store: Store, extension: string, kv: JsonObject): Promise<void> {
  const written = new Kv({
    store,
    extension,
    clock: systemClock,
    secrets: [],
    shadow: false,
    writing: () => undefined,
  });
  for (const [key, value] of Object.entries(kv)) {
    // oxlint-disable-next-line no-await-in-loop -- one store, one after the other
    await written.set({ key, value });
  }
}

function reportOf(
  invoked: Invoked,
  { hook, expect, recorded }: Fixture,
  told: JsonObject,
  http: ReturnType<typeof fixtureHttp>,
): FixtureRun {
  const { outcome, failure } = outcomeOf(invoked, hook, told);
  const unmade = recorded === undefined ? [] : http.unused();
  return {
    outcome,
    enqueued: invoked.enqueued,
    failure,
    requests: invoked.hostCalls,
    differences: [...http.differences, ...unmade, ...unexpected(outcome, expect)],
    usage: invoked.usage,
    durationMs: invoked.durationMs,
  };
}

/** What came of an invocation, as a fixture says it. */
export function outcomeOf(
  invoked: Invoked,
  hook: Fixture['hook'],
  told: { readonly [member: string]: unknown },
): { readonly outcome: JsonObject; readonly failure: Failure | null } {
  if (hook === 'decide') return tell('decision', judge([invoked]).records[0]);
  if (hook === 'enrich') return tell('patch', gather([invoked]).records[0]);
  if (hook === 'authenticate') return tell('verdict', verdictOf(invoked, told));
  const result: Json = invoked.result === null ? null : JSON.parse(invoked.result);
  return tell('result', { result, failure: invoked.failure });
}

function verdictOf(
  { extension, result, failure }: Invoked,
  { username, password }: { readonly [member: string]: unknown },
): { readonly verdict: Verdict | null; readonly failure: Failure | null } {
  const typed = { username: String(username), password: new Secret(String(password)) };
  const checked = result === null ? null : readVerdict(result, extension.limits, typed);
  if (checked === null) return { verdict: null, failure };
  if (checked.ok) return { verdict: checked.value, failure: null };
  const { code, message } = checked;
  return { verdict: null, failure: { kind: 'invalid_result', code, message, frames: [] } };
}

function tell<Name extends string>(
  name: Name,
  record: ({ readonly failure: Failure | null } & { readonly [name in Name]: unknown }) | undefined,
): { readonly outcome: JsonObject; readonly failure: Failure | null } {
  const failure = record?.failure ?? null;
  if (failure) {
    const { kind, code, message } = failure;
    return { outcome: { failure: { kind, code, message } }, failure };
  }
  return { outcome: JSON.parse(JSON.stringify({ [name]: record?.[name] ?? null })), failure };
}

/** Members of `expect` that are otherwise; of a failure, only those that are named count. */
function unexpected(outcome: JsonObject, expect: JsonObject | undefined): readonly string[] {
  if (expect === undefined || holds(outcome, expect)) return [];
  return [`expected ${JSON.stringify(expect)}, got ${JSON.stringify(outcome)}`];
}

function holds(outcome: JsonObject, expect: JsonObject): boolean {
  return Object.entries(expect).every(([name, value]) => {
    const got = outcome[name];
    if (name !== 'failure' || !isObject(value) || !isObject(got))
      return isDeepStrictEqual(got, value);
    return Object.entries(value).every(([member, one]) => isDeepStrictEqual(got[member], one));
  });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
