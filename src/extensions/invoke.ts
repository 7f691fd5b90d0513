import { randomUUID } from 'node:crypto';

import type {
  Call,
  Challenge,
  EnqueueCall,
  Failure,
  HookName,
  JsonObject,
  LogLevel,
  SignIn,
  Usage,
} from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import { formsOf, MASK, maskSecrets, maskTexts } from '../config/masking.ts';
import type { Secret } from '../config/secret.ts';
import { Broker, type Shared } from './broker/broker.ts';
import type { BrokerClients } from './broker/fetch.ts';
import type { SessionDesk } from './broker/sessions.ts';
import type { Signer } from './broker/sign.ts';
import type { Throttle } from './broker/throttle.ts';
import {
  type Handles,
  mintHandles,
  secretsOf,
  type TokenSource,
  type UnavailableToken,
} from './broker/handles.ts';
import type { Store } from '../store/store.ts';
import { failedJob, type Job, type JobResult, type JobRunner } from './job.ts';
import type { BuiltExtension } from './load.ts';
import type { HostCallRecord } from './record.ts';
import { bytesOf, type Seed } from './seed.ts';

/** A sign-in, as extensions are asked about it. */
export interface SignInSubject {
  readonly signIn: Omit<
    SignIn,
    'invocation' | 'attempt' | 'idempotencyKey' | 'deadline' | 'shared'
  >;
  readonly tokens: TokenSource;
  /** By the proxy of the sign-in's method. */
  readonly clients: BrokerClients;
}

/** What invocations need of the gateway. */
export interface InvokeParts {
  readonly clock: Clock;
  /** Origin of the gateway, which extensions do not call. */
  readonly ownOrigin: string;
  /** Of all invocations together. */
  readonly throttle: Throttle;
  readonly store: Store;
  /** Hears what broke in the gateway itself while it answered an extension. */
  readonly broken: (extension: string, error: unknown) => void;
  /** By the id of an extension. */
  readonly poolOf: (extension: string) => JobRunner;
  /** Hooks of an extension by its id; undefined when they are not known. */
  readonly hooksOf?: (extension: string) => ReadonlySet<string> | undefined;
  readonly log: (line: ExtensionLine) => void;
  /** Hears before an extension is given a token itself, not a stand-in. */
  readonly exposed: (exposure: Exposure) => void;
  /** Measures the heap at the end of each invocation: for tests and development. */
  readonly measure: boolean;
  /** `Date` stands still at what the clock says when an invocation begins: for tests and for replays. */
  readonly still?: boolean;
  /** Signs for extensions. Left out: with the secrets that they are granted. */
  readonly signer?: Signer;
  /** Hears of every request when it ended, while the invocation goes on: for development. */
  readonly called?: (call: HostCallRecord) => void;
  /** Keeps what invocations depend on and what comes of them: for a gateway in recording mode. */
  readonly recorder?: Recorder;
}

/** Keeps invocations, so that each can be run again as it was. */
export interface Recorder {
  begin(extension: BuiltExtension, hookRun: HookRun, now: number): RecordedRun;
}

/** An invocation that is recorded. */
export interface RecordedRun {
  /** Runs in the place of the one that was given: everything that answers it is heard. */
  readonly hookRun: HookRun;
  end(invoked: Invoked): void;
}

/** A line that an extension wrote. */
export interface ExtensionLine {
  readonly extension: string;
  readonly invocation: string;
  /** Id of the sign-in. */
  readonly signIn: string;
  /** Username of the person that it is about; null when it is about nobody. */
  readonly person: string | null;
  readonly level: LogLevel;
  readonly text: string;
}

/** A token that an extension holds itself, because both sides asked for that. */
export interface Exposure {
  readonly extension: string;
  readonly invocation: string;
  /** Id of the sign-in. */
  readonly signIn: string;
  readonly resource: string;
}

/** One run of one hook, after it ended. */
export interface Invoked {
  readonly extension: BuiltExtension;
  /** JSON text, not yet checked against the hook's contract; null when it failed. */
  readonly result: string | null;
  readonly failure: Failure | null;
  readonly hostCalls: readonly HostCallRecord[];
  /** Tokens that were granted and could not be had. */
  readonly unavailable: readonly UnavailableToken[];
  /** What an API wants of the person, where the hook failed because of it and passed that on; null otherwise. */
  readonly challenge: Challenge | null;
  /** What it leaves for others, by `name.key`; nothing when it failed. */
  readonly shared: JsonObject;
  /** What it leaves for itself; none when it failed. */
  readonly enqueued: readonly EnqueueCall[];
  readonly usage: Usage;
  readonly durationMs: number;
}

/** Hooks that a person waits for. */
export type DecidingHook = Extract<HookName, 'decide' | 'enrich'>;

/** What one run of a hook is about, whatever woke it. */
export interface HookRun {
  readonly hook: HookName;
  /** Of the event, for `event`. */
  readonly name?: string;
  /** What the hook is told, without what every run adds. */
  readonly told: object;
  readonly attempt: number;
  readonly idempotencyKey: string;
  /** Id of the sign-in, or of whatever else it is about: for lines of the log. */
  readonly signIn: string;
  readonly tokens: TokenSource;
  readonly clients: BrokerClients;
  /** Of hooks that nobody waits for: what they may do about sessions. */
  readonly sessions?: SessionDesk;
  /** Values in `told` that nothing of the run may show. */
  readonly confidential?: readonly Secret[];
  /** Hears every call of the host and its answer, as JSON texts: for a recording. */
  readonly heard?: (op: string, argument: string, answer: string) => void;
  /** What is left to chance and to the clock else: for recordings and replays. */
  readonly known?: Known;
}

/** What of a run is known beforehand. */
export interface Known {
  /** Random bytes and stand-ins come of it. */
  readonly seed: Seed;
  readonly invocation: string;
  /** When the run is ended. Unit: milliseconds since 1970-01-01 UTC. Left out: as its limits say. */
  readonly deadline?: number;
}

/** Runs one hook of one extension for a sign-in, in an isolate of its own. Never rejects. */
export function invoke(
  extension: BuiltExtension,
  hook: DecidingHook,
  subject: SignInSubject,
  shared: JsonObject,
  parts: InvokeParts,
): Promise<Invoked> {
  const { signIn, tokens, clients } = subject;
  const hookRun: HookRun = {
    hook,
    told: { ...signIn, shared },
    attempt: 1,
    idempotencyKey: `${signIn.id}.${extension.name}.${hook}`,
    signIn: signIn.id,
    tokens,
    clients,
  };
  return runHook(extension, hookRun, parts);
}

/** Runs one hook of one extension, in an isolate of its own, and records it where that is wanted. Never rejects. */
export function runHook(
  extension: BuiltExtension,
  hookRun: HookRun,
  parts: InvokeParts,
): Promise<Invoked> {
  const { recorder } = parts;
  return recorder
    ? runRecorded(extension, hookRun, parts, recorder)
    : runOnce(extension, hookRun, parts);
}

async function runRecorded(
  extension: BuiltExtension,
  hookRun: HookRun,
  parts: InvokeParts,
  recorder: Recorder,
): Promise<Invoked> {
  const now = parts.clock();
  const recorded = recorder.begin(extension, hookRun, now);
  // It begins and ends at one time, or it would not be the same again.
  const invoked = await runOnce(extension, recorded.hookRun, {
    ...parts,
    clock: () => now,
    still: true,
  });
  recorded.end(invoked);
  return invoked;
}

async function runOnce(
  extension: BuiltExtension,
  hookRun: HookRun,
  parts: InvokeParts,
): Promise<Invoked> {
  const started = performance.now();
  const { tokens, signIn, confidential = [], known } = hookRun;
  const invocation = known?.invocation ?? randomUUID();
  const handles = await mintHandles(extension.grant, tokens, known?.seed);
  const line = { extension: extension.name, invocation, signIn };
  for (const { resource, raw } of handles.tokens) {
    if (raw) parts.exposed({ ...line, resource });
  }
  const broker = createBroker(extension, handles, hookRun, parts);
  const call = toCall(extension, hookRun, invocation, handles, parts);
  const person = personIn(hookRun.told);
  // What leaves an invocation is kept, shown and told to others: no secret that it could have held may be in it.
  const secrets = [...secretsOf(handles), ...confidential];
  const log = (level: LogLevel, text: string): void =>
    parts.log({
      ...line,
      person,
      level,
      // A line is cut, and what is left of a secret at its end is found only while it is the end.
      text: hideShort(maskSecrets(text, secrets), confidential),
    });
  const answer = answering(broker, hookRun);
  const { outcome, usage } = await run(extension, call, broker, parts, {
    log,
    answer,
    ...(known && { random: bytesOf(known.seed, 'random bytes').toString('base64url') }),
  });
  broker.end();
  for (const resource of broker.challenges.keys()) tokens.refused?.(resource);
  return {
    extension,
    result: outcome.ok ? maskSecrets(outcome.result, secretsOf(handles)) : null,
    failure: outcome.ok ? null : failureOf(outcome.failure, extension, secrets, confidential),
    hostCalls: maskTexts(broker.calls, secrets).map((one) => hideInCall(one, confidential)),
    unavailable: handles.unavailable,
    challenge: outcome.ok ? null : passedOn(outcome.failure, broker),
    shared: outcome.ok ? maskTexts(nameShared(extension.name, broker.shared), secrets) : {},
    enqueued: outcome.ok ? maskTexts(broker.enqueued, secrets) : [],
    usage,
    durationMs: performance.now() - started,
  };
}

function failureOf(
  failure: Failure,
  { sources }: BuiltExtension,
  secrets: readonly Secret[],
  confidential: readonly Secret[],
): Failure {
  const placed = maskTexts(sources.place(failure), secrets);
  return { ...placed, message: hideShort(placed.message, confidential) };
}

/** What is told has a principal, or a username that was typed, or is about nobody. */
function personIn(told: object): string | null {
  const { principal, username }: { principal?: { username?: unknown } | null; username?: unknown } =
    told;
  const name = principal?.username ?? username;
  return typeof name === 'string' ? name : null;
}

/** Of the URL, the origin is left: it was granted before anything was typed. */
function hideInCall(call: HostCallRecord, confidential: readonly Secret[]): HostCallRecord {
  if (confidential.length === 0) return call;
  const origin = URL.parse(call.url)?.origin ?? '';
  const rest = call.url.slice(origin.length);
  return hideShort(rest, confidential) === rest ? call : { ...call, url: `${origin}/${MASK}` };
}

/**
 * A value that is too short to be looked for by its forms, as it would be found in ordinary words: a text with it goes as a
 * whole.
 */
export function hideShort(text: string, confidential: readonly Secret[]): string {
  const found = confidential.some((secret) => {
    const value = secret.reveal();
    return value !== '' && formsOf(secret).length === 0 && text.includes(value);
  });
  return found ? MASK : text;
}

/** An invocation that was not run, because its failure is known. */
export function notRun(extension: BuiltExtension, failure: Failure): Invoked {
  return {
    extension,
    result: null,
    failure,
    hostCalls: [],
    unavailable: [],
    challenge: null,
    shared: {},
    enqueued: [],
    usage: NO_USAGE,
    durationMs: 0,
  };
}

const NO_USAGE: Usage = { wallMs: 0, cpuMs: 0, heapBytes: 0 };

/** The gateway's own record counts, not what the extension says of it. */
function passedOn({ code }: Failure, { challenges }: Broker): Challenge | null {
  const [claims] = challenges.values();
  return code === 'CHALLENGE' && claims ? { decision: 'challenge', claims } : null;
}

function createBroker(
  { id, name, grant, limits, config, manifest }: BuiltExtension,
  handles: Handles,
  { hook, clients, sessions, confidential }: HookRun,
  { ownOrigin, clock, throttle, store, broken, called, hooksOf, signer }: InvokeParts,
): Broker {
  const shadow = config.mode === 'shadow';
  const hooks = hooksOf?.(id);
  return new Broker({
    extension: name,
    grant,
    provides: manifest.provides,
    ...(hooks && { hooks }),
    ...(hook === 'authenticate' && { leavesNothing: true }),
    handles,
    clients,
    ...(sessions && { sessions }),
    limits,
    ownOrigin,
    shadow,
    clock,
    throttle,
    store,
    broken: (error) => broken(name, error),
    ...(signer && { signer }),
    ...(confidential ? { confidential } : {}),
    ...(called ? { called: (call) => called(maskTexts(call, secretsOf(handles))) } : {}),
  });
}

function toCall(
  { config, limits }: BuiltExtension,
  { hook, name, told, attempt, idempotencyKey, known }: HookRun,
  invocation: string,
  { tokens, unavailable, secrets }: Handles,
  { clock, still }: InvokeParts,
): Call {
  const now = clock();
  const deadline = known?.deadline ?? now + limits.wallMs;
  return {
    hook,
    ...(name !== undefined && { name }),
    event: { ...told, invocation, attempt, idempotencyKey, deadline },
    config: config.config,
    tokens: Object.fromEntries(tokens.map(({ resource, text }) => [resource, text])),
    ...(unavailable.length > 0 && {
      unavailable: Object.fromEntries(unavailable.map((one) => [one.resource, one.reason])),
    }),
    secrets: Object.fromEntries(secrets.map((secret) => [secret.name, secret.text])),
    deadline,
    ...(still && { now }),
    ...(known && { drawn: true as const }),
    resultLength: limits.resultLength,
    messageLength: limits.messageLength,
  };
}

function nameShared(extension: string, shared: Shared): JsonObject {
  return Object.fromEntries([...shared].map(([key, value]) => [`${extension}.${key}`, value]));
}

function answering(broker: Broker, { heard }: HookRun): Job['answer'] {
  if (!heard) return (op, argument) => broker.call(op, argument);
  return async (op, argument) => {
    const answer = await broker.call(op, argument);
    heard(op, argument, answer);
    return answer;
  };
}

async function run(
  { id, limits }: BuiltExtension,
  call: Call,
  broker: Broker,
  parts: InvokeParts,
  given: Pick<Job, 'log' | 'answer' | 'random'>,
): Promise<JobResult> {
  const text = JSON.stringify(call);
  if (text.length > limits.callLength) {
    const message = `event and config have ${text.length} characters; ${limits.callLength} are the most`;
    return failedJob('limit', 'CALL_LENGTH', message);
  }
  return parts.poolOf(id).run({
    extension: id,
    call: text,
    source: null,
    limits,
    measure: parts.measure,
    ...given,
    repeatable: () => {
      broker.begin();
      return broker.isRepeatable;
    },
  });
}
