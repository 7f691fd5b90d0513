import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

import type {
  Call,
  Decision,
  Failure,
  Json,
  JsonObject,
  LogLevel,
  Patch,
  Usage,
  Verdict,
} from '../../sandbox/contract.ts';
import { type Clock, systemClock } from '../clock.ts';
import { always } from '../config/failure-policy.ts';
import { readConfig } from '../config/load.ts';
import type { ExtensionConfig } from '../config/config.ts';
import { formatFaults } from '../config/format-faults.ts';
import { Secret } from '../config/secret.ts';
import type { Fault } from '../config/config.ts';
import { EntradaError } from '../errors.ts';
import { openInMemory } from '../store/sqlite.ts';
import type { Store } from '../store/store.ts';
import { Broker } from '../extensions/broker/broker.ts';
import { Kv, KV, MAX_KEYS } from '../extensions/broker/kv.ts';
import { Throttle } from '../extensions/broker/throttle.ts';
import type { TokenSource } from '../extensions/broker/handles.ts';
import { askAuthenticate, judgeCredentials } from '../extensions/authenticate.ts';
import { describe } from '../extensions/describe.ts';
import type { ExtensionLine, HookRun, InvokeParts } from '../extensions/invoke.ts';
import { invoke, runHook } from '../extensions/invoke.ts';
import { gather, judge } from '../extensions/judge.ts';
import { buildExtension, type BuiltExtension } from '../extensions/load.ts';
import { backgroundLimits, DEFAULT_RATE, limitsOf } from '../extensions/limits.ts';
import { readManifest } from '../extensions/manifest.ts';
import { sharedFor } from '../extensions/order.ts';
import type { RunnerPool } from '../extensions/pool.ts';
import type { HostCallRecord, InvocationRecord } from '../extensions/record.ts';
import { holds } from '../extensions/when.ts';
import type { HttpClient } from '../net/http.ts';
import { type CannedHttp, cannedHttp, type CannedRoutes } from './canned-http.ts';
import { grantFor, type TestGrant, type TestSecrets } from './grant.ts';
import {
  type Enqueues,
  type EventName,
  type MadeUpAttempt,
  type MadeUpEvent,
  madeUpRun,
  madeUpScheduledRun,
  tokensFor,
} from './made-up-event.ts';
import type { MadeUpSignIn } from './made-up.ts';
import { MadeUpSessions } from './made-up-sessions.ts';
import type { MadeUpPerson } from './person.ts';
import { type MadeUpCredentials, madeUpCredentials } from './made-up-credentials.ts';
import { sharedRunner, TestRunner } from './test-runner.ts';
import type { TestTokens } from './test-tenant.ts';
import type { TestTime } from './test-time.ts';

/** What a test host is made of. */
export interface TestHostOptions {
  /** Folder of the extension. Left out: `evaluate` alone can be used. */
  readonly extension?: URL | string;
  /** The operator's `config`; checked against the manifest's schema, as at a gateway. */
  readonly config?: JsonObject;
  /** Default: a made-up one, for headers, for each name of the manifest. */
  readonly secrets?: TestSecrets;
  /** Default: all that the manifest asks for. */
  readonly grant?: TestGrant;
  /** Answers to the extension's requests: a table, or a client of an emulator. Default: nothing is reachable. */
  readonly http?: CannedRoutes | CannedHttp | HttpClient;
  /** Access tokens by resource, or who gives them. Default: a made-up one for each resource of the manifest. */
  readonly tokens?: { readonly [resource: string]: string } | TestTokens;
  /** What `ctx.kv` holds at first. */
  readonly kv?: JsonObject;
  /** Who is signed in at first, each with a session. Default: nobody. */
  readonly sessions?: readonly (MadeUpSignIn | MadeUpPerson)[];
  /** What time it is for the extension, `testTime(…)`. Default: what it is. */
  readonly time?: TestTime;
  readonly limits?: ExtensionConfig['limits'];
  /** A runner process of its own, for extensions that are expected to take it down. Default false: hosts share one. */
  readonly ownRunner?: boolean;
}

/** What a run of a hook left behind. */
export interface TestRun {
  /** Null when it did not fail. */
  readonly failure: Failure | null;
  readonly logs: readonly { readonly level: LogLevel; readonly text: string }[];
  /** Requests that it made, refused ones too. */
  readonly requests: readonly HostCallRecord[];
  /** Time and memory. */
  readonly usage: Usage;
}

/** What a run in shadow mode came to, and what it would have done. */
export interface ShadowRun extends TestRun {
  readonly decision: Decision | null;
  /** What the sign-in would have got instead of being let in; null where it would have been let in. */
  readonly instead: InvocationRecord['instead'];
  /** What would have been sent or written. */
  readonly notSent: readonly HostCallRecord[];
}

/** Runs an extension as a gateway would: in a runner process, in an isolate, with its grants and its limits. */
export interface TestHost extends AsyncDisposable {
  /** Types a username and a password, as at a method of `type: extension`. */
  authenticate(typed: MadeUpCredentials): Promise<TestRun & { readonly verdict: Verdict | null }>;
  decide(signIn: MadeUpSignIn): Promise<TestRun & { readonly decision: Decision | null }>;
  enrich(signIn: MadeUpSignIn): Promise<TestRun & { readonly patch: Patch | null }>;
  /** Runs `decide` in shadow mode: what reads is sent; what would change something is noted and not sent. */
  shadow(signIn: MadeUpSignIn): Promise<ShadowRun>;
  /**
   * Tells the extension of an event, as in `host.emit('signIn.denied', { ...person('jane').signIn(), denial: 'late' })`. One
   * attempt: what fails is not told again by itself.
   */
  emit<Name extends EventName>(
    name: Name,
    event: MadeUpEvent<Name>,
    attempt?: MadeUpAttempt,
  ): Promise<TestRun & Enqueues>;
  /**
   * Runs `schedule` once.
   *
   * @param at When it was due. Unit: milliseconds since 1970-01-01 UTC. Default: now.
   */
  schedule(at?: number, attempt?: MadeUpAttempt): Promise<TestRun & Enqueues>;
  /** Whether the conditions under `when` of the manifest hold. The other members run hooks without asking them. */
  appliesTo(signIn: MadeUpSignIn): boolean;
  /** What `ctx.kv` holds now. */
  kv(): Promise<JsonObject>;
  /** Who is signed in now, of those that `sessions` named: the others were ended by `ctx.sessions.end`. */
  sessions(): Promise<readonly MadeUpSignIn[]>;
  /** Canned answers that nothing asked for; empty without a table of them. */
  readonly unusedHttp: readonly string[];
  /** @throws {EntradaError} `EXTENSION_TEST_HTTP_UNUSED` when a canned answer is left. */
  assertHttpUsed(): void;
  /** Runs a script in a fresh isolate; answers what it evaluates to, awaited, as JSON can say it. */
  evaluate(source: string): Promise<TestRun & { readonly value: Json }>;
}

/**
 * Starts a host for tests of one extension.
 *
 * @throws {EntradaError} `EXTENSION_MANIFEST_INVALID` with everything that is wrong with the extension, its config or its
 *   grants; `EXTENSION_UNLOADABLE` when its script does not load.
 */
export async function createTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const { extension: folder, ownRunner = false } = options;
  const extension = folder === undefined ? null : await build(options, folder);
  await using unfinished = new AsyncDisposableStack();
  const own = ownRunner ? unfinished.use(new TestRunner()) : null;
  const pool = await (own ?? sharedRunner()).with(extension);
  const host = new PoolTestHost(pool, extension, options, own);
  await host.fill(options);
  unfinished.move();
  return host;
}

async function build(options: TestHostOptions, folder: URL | string): Promise<BuiltExtension> {
  const source = folder instanceof URL ? fileURLToPath(folder) : folder;
  const read = await readManifest(source);
  if (!read.ok) throw invalid(read.faults);
  const config: ExtensionConfig = {
    source,
    integrity: null,
    mode: 'enforce',
    appliesTo: [],
    grant: grantFor(read.manifest, options.grant ?? {}, options.secrets),
    config: options.config ?? {},
    limits: options.limits ?? {},
    onFailure: always('deny'),
  };
  const { extension, findings, faults } = await buildExtension(config, 0, true);
  if (extension) return extension;
  const { report } = readConfig('{}', 'the test’s options', { environment: {} });
  throw invalid([...faults, ...report(findings)]);
}

function invalid(faults: readonly Fault[]): EntradaError {
  const text = formatFaults(faults, { color: false });
  return new EntradaError('EXTENSION_MANIFEST_INVALID', `the extension cannot be run:\n${text}`);
}

const OWN_ORIGIN = 'https://entrada.invalid';

class PoolTestHost implements TestHost {
  readonly #pool: RunnerPool;
  readonly #extension: BuiltExtension | null;
  readonly #http: HttpClient;
  readonly #tokens: TokenSource;
  readonly #options: TestHostOptions;
  readonly #own: AsyncDisposable | null;
  #hooks: Promise<ReadonlySet<string> | undefined> | undefined;
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #sessions: MadeUpSessions;
  readonly #throttle: Throttle;

  constructor(
    pool: RunnerPool,
    extension: BuiltExtension | null,
    options: TestHostOptions,
    own: AsyncDisposable | null,
  ) {
    this.#pool = pool;
    this.#own = own;
    this.#extension = extension;
    this.#options = options;
    const { http = {} } = options;
    this.#http = typeof http === 'function' ? http : cannedHttp(http);
    this.#clock = options.time?.now ?? systemClock;
    this.#store = openInMemory(this.#clock);
    this.#sessions = new MadeUpSessions(options.sessions ?? [], this.#store, this.#clock);
    this.#throttle = new Throttle(this.#clock, DEFAULT_RATE);
    this.#tokens = tokenSource(options.tokens, extension, this.#clock);
  }

  async authenticate(
    typed: MadeUpCredentials,
  ): Promise<TestRun & { readonly verdict: Verdict | null }> {
    const lines: ExtensionLine[] = [];
    const clients = { public: this.#http, any: this.#http };
    const subject = { ...madeUpCredentials(typed), clients };
    const invoked = await askAuthenticate(this.#built(), subject, this.#parts(lines));
    const { verdict, failure } = judgeCredentials(invoked, subject);
    const logs = lines.map(({ level, text }) => ({ level, text }));
    return { verdict, failure, logs, requests: invoked.hostCalls, usage: invoked.usage };
  }

  async decide(signIn: MadeUpSignIn): Promise<TestRun & { readonly decision: Decision | null }> {
    const { invoked, logs } = await this.#invoke('decide', signIn);
    const { records } = judge([invoked]);
    const { decision = null, failure = null } = records[0] ?? {};
    return { decision, failure, logs, requests: invoked.hostCalls, usage: invoked.usage };
  }

  async enrich(signIn: MadeUpSignIn): Promise<TestRun & { readonly patch: Patch | null }> {
    const { invoked, logs } = await this.#invoke('enrich', signIn);
    const { records } = gather([invoked]);
    const { patch = null, failure = null } = records[0] ?? {};
    return { patch, failure, logs, requests: invoked.hostCalls, usage: invoked.usage };
  }

  async shadow(signIn: MadeUpSignIn): Promise<ShadowRun> {
    const built = this.#built();
    const shadowed = { ...built, config: { ...built.config, mode: 'shadow' as const } };
    const { invoked, logs } = await this.#invoke('decide', signIn, shadowed);
    const { records } = judge([invoked]);
    const { decision = null, failure = null, instead = null } = records[0] ?? {};
    const { hostCalls: requests, usage } = invoked;
    const notSent = requests.filter(({ code }) => code === 'SHADOW_NOT_SENT');
    return { decision, failure, instead, notSent, logs, requests, usage };
  }

  async emit<Name extends EventName>(
    name: Name,
    event: MadeUpEvent<Name>,
    attempt: MadeUpAttempt = {},
  ): Promise<TestRun & Enqueues> {
    const run = madeUpRun(name, event, attempt, this.#clock());
    return this.#runInBackground({ ...run, tokens: tokensFor(name, this.#tokens) });
  }

  async schedule(
    at: number = this.#clock(),
    attempt: MadeUpAttempt = {},
  ): Promise<TestRun & Enqueues> {
    return this.#runInBackground({ ...madeUpScheduledRun(at, attempt), tokens: this.#tokens });
  }

  appliesTo(signIn: MadeUpSignIn): boolean {
    return holds(this.#built().manifest.when, signIn);
  }

  /** Signs in who is to be, and puts values where the extension finds them. */
  async fill({ kv = {} }: Pick<TestHostOptions, 'kv'>): Promise<void> {
    await this.#sessions.begin();
    for (const [key, value] of Object.entries(kv)) {
      // oxlint-disable-next-line no-await-in-loop -- a limit of their number is checked with each
      const answer = await this.#kv().set({ key, value });
      if (!answer.ok) throw new TypeError(`kv: ${key}: ${answer.error.message}`);
    }
  }

  async kv(): Promise<JsonObject> {
    const kept = await this.#store.list(KV, { limit: MAX_KEYS });
    return Object.fromEntries(kept.map(({ id, value }) => [id.slice(id.indexOf('/') + 1), value]));
  }

  sessions(): Promise<readonly MadeUpSignIn[]> {
    return this.#sessions.left();
  }

  get unusedHttp(): readonly string[] {
    return isCanned(this.#http) ? this.#http.unused : [];
  }

  assertHttpUsed(): void {
    if (isCanned(this.#http)) this.#http.assertUsed();
  }

  async evaluate(source: string): Promise<TestRun & { readonly value: Json }> {
    const limits = limitsOf(this.#options.limits ?? {});
    const logs: TestRun['logs'][number][] = [];
    const clients = { public: this.#http, any: this.#http };
    const grant = this.#extension?.grant ?? NOTHING;
    const broker = new Broker({
      extension: 'evaluate',
      grant,
      provides: this.#extension?.manifest.provides ?? [],
      handles: NONE,
      clients,
      limits,
      ownOrigin: OWN_ORIGIN,
      shadow: false,
      clock: this.#clock,
      throttle: this.#throttle,
      store: this.#store,
      broken: warn,
    });
    const now = this.#clock();
    const { outcome, usage } = await this.#pool.run({
      extension: null,
      source,
      call: JSON.stringify({
        hook: 'evaluate',
        event: null,
        config: {},
        tokens: {},
        secrets: {},
        deadline: now + limits.wallMs,
        ...(this.#options.time && { now }),
        resultLength: limits.resultLength,
        messageLength: limits.messageLength,
      } satisfies Call),
      limits,
      measure: true,
      answer: (op, argument) => broker.call(op, argument),
      log: (level, text) => void logs.push({ level, text }),
      repeatable: () => false,
    });
    const failure = outcome.ok ? null : outcome.failure;
    const value: Json = outcome.ok ? JSON.parse(outcome.result) : null;
    return { value, failure, logs, requests: broker.calls, usage };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
    await this.#own?.[Symbol.asyncDispose]();
  }

  async #invoke(
    hook: 'decide' | 'enrich',
    given: MadeUpSignIn,
    extension = this.#built(),
  ): Promise<{ invoked: Awaited<ReturnType<typeof invoke>>; logs: TestRun['logs'] }> {
    const lines: ExtensionLine[] = [];
    const { shared = {}, ...signIn } = given;
    const subject = {
      signIn,
      tokens: this.#tokens,
      clients: { public: this.#http, any: this.#http },
    };
    const told = sharedFor(extension, shared, []);
    const parts = await this.#partsOf(extension, lines);
    const invoked = await invoke(extension, hook, subject, told, parts);
    return { invoked, logs: lines.map(({ level, text }) => ({ level, text })) };
  }

  async #runInBackground(run: Omit<HookRun, 'clients'>): Promise<TestRun & Enqueues> {
    const lines: ExtensionLine[] = [];
    const built = this.#built();
    const extension = { ...built, limits: backgroundLimits(built.limits) };
    const parts = await this.#partsOf(built, lines);
    const clients = { public: this.#http, any: this.#http };
    const sessions = this.#sessions.deskOf(built.name);
    const invoked = await runHook(extension, { ...run, clients, sessions }, parts);
    const logs = lines.map(({ level, text }) => ({ level, text }));
    const { failure, hostCalls: requests, enqueued, usage } = invoked;
    return { failure, logs, requests, enqueued, usage };
  }

  /** With the hooks that the extension has: it leaves work for no other. */
  async #partsOf(extension: BuiltExtension, lines: ExtensionLine[]): Promise<InvokeParts> {
    const hooks = await this.#hooksOf(extension);
    return { ...this.#parts(lines), ...(hooks && { hooksOf: () => hooks }) };
  }

  /** Undefined for an extension that does not load: the run says why. */
  async #hooksOf(extension: BuiltExtension): Promise<ReadonlySet<string> | undefined> {
    this.#hooks ??= describe(extension, this.#pool, this.#clock).catch(() => undefined);
    return this.#hooks;
  }

  #built(): BuiltExtension {
    if (!this.#extension) throw new TypeError('createTestHost was given no extension');
    return this.#extension;
  }

  #kv(): Kv {
    return new Kv({
      store: this.#store,
      extension: this.#extension?.name ?? 'evaluate',
      clock: this.#clock,
      secrets: [],
      shadow: false,
      writing: () => undefined,
    });
  }

  #parts(lines: ExtensionLine[]): InvokeParts {
    return {
      clock: this.#clock,
      still: this.#options.time !== undefined,
      ownOrigin: OWN_ORIGIN,
      poolOf: () => this.#pool,
      log: (line) => void lines.push(line),
      exposed: () => undefined,
      throttle: this.#throttle,
      store: this.#store,
      broken: (_, error) => warn(error),
      measure: true,
    };
  }
}

/** A fault of the host itself: the extension is told of it by a code alone, whoever runs the test in full. */
function warn(error: unknown): void {
  process.emitWarning(inspect(error));
}

const NOTHING = {
  tokens: [],
  origins: [],
  named: [],
  secrets: new Map<string, never>(),
  enrich: {
    groups: [],
    roles: [],
    claims: [],
    username: false,
    home: false,
    session: false,
    headers: [],
  },
  sessions: { end: false },
};

const NONE = { tokens: [], unavailable: [], secrets: [] };

/** An hour: longer than any test. Unit: milliseconds. */
const TOKEN_MS = 3_600_000;

function tokenSource(
  given: TestHostOptions['tokens'],
  extension: BuiltExtension | null,
  clock: Clock,
): TokenSource {
  const requested = extension?.manifest.requests.tokens ?? [];
  const find = async (resource: string): Promise<string | undefined> => {
    if (given === undefined) return `made-up-token-of-${resource}`;
    if (typeof given !== 'function') return given[resource];
    return given(resource, requested.find((one) => one.resource === resource)?.scopes ?? []);
  };
  return {
    token: async (resource) => {
      const value = await find(resource);
      if (value === undefined) return undefined;
      return { resource, token: new Secret(value), scopes: [], expiresAt: clock() + TOKEN_MS };
    },
  };
}

function isCanned(http: HttpClient): http is CannedHttp {
  return 'assertUsed' in http;
}
