import { randomUUID } from 'node:crypto';

import type {
  Call,
  Failure,
  HookName,
  JsonObject,
  LogLevel,
  SignIn,
  Usage,
} from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import { Broker } from './broker/broker.ts';
import type { BrokerClients } from './broker/fetch.ts';
import { mintHandles, type TokenSource } from './broker/handles.ts';
import { failedJob, type JobResult } from './job.ts';
import type { BuiltExtension } from './load.ts';
import type { RunnerPool } from './pool.ts';
import type { HostCallRecord } from './record.ts';

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
  readonly poolOf: (extension: BuiltExtension) => RunnerPool;
  readonly log: (line: ExtensionLine) => void;
  /** Measures the heap at the end of each invocation: for tests and development. */
  readonly measure: boolean;
}

/** A line that an extension wrote. */
export interface ExtensionLine {
  readonly extension: string;
  readonly invocation: string;
  /** Id of the sign-in. */
  readonly signIn: string;
  readonly level: LogLevel;
  readonly text: string;
}

/** One run of one hook, after it ended. */
export interface Invoked {
  readonly extension: BuiltExtension;
  /** JSON text, not yet checked against the hook's contract; null when it failed. */
  readonly result: string | null;
  readonly failure: Failure | null;
  readonly hostCalls: readonly HostCallRecord[];
  /** What it leaves for others, by `name.key`. */
  readonly shared: JsonObject;
  readonly usage: Usage;
  readonly durationMs: number;
}

/** Runs one hook of one extension for a sign-in, in an isolate of its own. Never rejects. */
export async function invoke(
  extension: BuiltExtension,
  hook: Extract<HookName, 'decide' | 'enrich'>,
  subject: SignInSubject,
  shared: JsonObject,
  parts: InvokeParts,
): Promise<Invoked> {
  const started = performance.now();
  const { grant, limits } = extension;
  const handles = await mintHandles(grant, subject.tokens);
  const { clients } = subject;
  const shadow = extension.config.mode === 'shadow';
  const broker = new Broker({
    grant,
    handles,
    clients,
    limits,
    ownOrigin: parts.ownOrigin,
    shadow,
  });
  const invocation = randomUUID();
  const deadline = parts.clock() + limits.wallMs;
  const idempotencyKey = `${subject.signIn.id}.${extension.name}.${hook}`;
  const call: Call = {
    hook,
    event: {
      ...subject.signIn,
      shared,
      invocation,
      attempt: 1,
      idempotencyKey,
      deadline,
    },
    config: extension.config.config,
    tokens: Object.fromEntries(handles.tokens.map(({ resource, text }) => [resource, text])),
    secrets: Object.fromEntries(handles.secrets.map(({ name, text }) => [name, text])),
    deadline,
    resultLength: limits.resultLength,
    messageLength: limits.messageLength,
  };
  const line = { extension: extension.name, invocation, signIn: subject.signIn.id };
  const { outcome, usage } = await run(extension, call, broker, parts, (level, text) =>
    parts.log({ ...line, level, text }),
  );
  broker.end();
  return {
    extension,
    result: outcome.ok ? outcome.result : null,
    failure: outcome.ok ? null : extension.sources.place(outcome.failure),
    hostCalls: broker.calls,
    shared: Object.fromEntries(
      [...broker.shared].map(([key, value]) => [`${extension.name}.${key}`, value]),
    ),
    usage,
    durationMs: performance.now() - started,
  };
}

async function run(
  extension: BuiltExtension,
  call: Call,
  broker: Broker,
  parts: InvokeParts,
  log: (level: LogLevel, text: string) => void,
): Promise<JobResult> {
  const { limits } = extension;
  const length = JSON.stringify(call.event).length;
  if (length > limits.eventLength) {
    return failedJob(
      'limit',
      'EVENT_LENGTH',
      `the event has ${length} characters; ${limits.eventLength} are the most`,
    );
  }
  return parts.poolOf(extension).run({
    extension: extension.id,
    call,
    limits,
    measure: parts.measure,
    answer: (op, argument) => broker.call(op, argument),
    log,
    repeatable: () => broker.isRepeatable,
  });
}
