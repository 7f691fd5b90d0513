import type { WorkEvent } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import type { BrokerClients } from '../extensions/broker/fetch.ts';
import type { TokenSource } from '../extensions/broker/handles.ts';
import type { SessionDesk } from '../extensions/broker/sessions.ts';
import type { HookRun, Invoked } from '../extensions/invoke.ts';
import { recordOf } from '../extensions/judge.ts';
import type { BuiltExtension } from '../extensions/load.ts';
import { leaseOver } from '../session/token-keeper.ts';
import type { Message } from '../store/queue.ts';
import type { Handled } from './dispatcher.ts';
import type { Listeners } from './outbox.ts';
import { readWork, type Source, toOwnChange, type Work } from './work.ts';

/** Runs hooks that nobody waits for. */
export interface BackgroundHost extends Listeners {
  /** Runs that a person waits for now. */
  readonly awaited: number;
  runInBackground(extension: BuiltExtension, run: HookRun): Promise<Invoked>;
}

/** Where work in the background gets tokens. */
export interface BackgroundTokens {
  createLeasedSource(session: string, until: number): TokenSource;
  createAppTokenSource(method: string): TokenSource;
}

/** What messages are delivered with. */
export interface DeliverDeps {
  readonly host: BackgroundHost;
  readonly tokens: BackgroundTokens;
  /** How requests leave, by id of the method. */
  readonly clients: (method: string) => BrokerClients;
  /** What an extension may do about sessions. */
  readonly sessionsFor: (extension: BuiltExtension) => SessionDesk;
  /** Ids of methods that are configured. */
  readonly methods: readonly string[];
  readonly clock: Clock;
}

/** Hands a message to the extension that it is for. */
export async function deliver(message: Message, deps: DeliverDeps): Promise<Handled> {
  const work = readWork(message.value);
  const extension = deps.host.extensions.find(({ name }) => name === message.queue);
  if (!work) return failed('CALL_INVALID', 'the message is not of this release');
  if (!extension) return failed('EXTENSION_MISSING', `there is no extension ${message.queue}`);
  if (!deps.methods.includes(work.method)) {
    return failed('METHOD_MISSING', `the method ${work.method} is not configured any more`);
  }
  const invoked = await deps.host.runInBackground(extension, toRun(message, work, extension, deps));
  const source = sourceOf(extension.name, work);
  const changes = invoked.enqueued.map((call) => toOwnChange(call, source, deps.clock()));
  const { failure } = invoked;
  const run = recordOf(invoked, work.hook, { decision: null, patch: null, failure });
  return { failure, changes, run, left: invoked.enqueued.map(({ event }) => event) };
}

function toRun(
  message: Message,
  work: Work,
  extension: BuiltExtension,
  deps: DeliverDeps,
): HookRun {
  return {
    hook: work.hook,
    ...(work.hook === 'event' && { name: work.name }),
    told: work.told,
    attempt: message.attempts,
    idempotencyKey: message.id,
    signIn: work.signIn,
    tokens: tokensFor(work, deps.tokens),
    clients: deps.clients(work.method),
    sessions: deps.sessionsFor(extension),
  };
}

function tokensFor({ tokens, method }: Work, keeper: BackgroundTokens): TokenSource {
  if (tokens.of === 'session') return keeper.createLeasedSource(tokens.session, tokens.until);
  if (tokens.of === 'application') return keeper.createAppTokenSource(method);
  return NONE[tokens.of];
}

const NONE: { readonly [of in 'ended' | 'nobody']: TokenSource } = {
  ended: { token: () => Promise.reject(leaseOver()) },
  nobody: { token: async () => undefined },
};

/** What is left by a hook goes on with what the hook was told. */
function sourceOf(extension: string, { hook, name, told, signIn, method, tokens }: Work): Source {
  const session = tokens.of === 'session' ? tokens.session : null;
  const isWork = name.startsWith('work.');
  return { extension, session, signIn, method, tokens, isWork, about: aboutOf(hook, told) };
}

type About = Pick<WorkEvent, 'signIn' | 'principal'>;

/** Only what this gateway wrote is read here: a sign-in or session, or work that came of one. */
function aboutOf(hook: Work['hook'], told: object): About {
  if (hook === 'schedule') return { signIn: null, principal: null };
  const known = told as Partial<About & NonNullable<About['signIn']>>;
  if (known.signIn !== undefined)
    return { signIn: known.signIn, principal: known.principal ?? null };
  const { id = '', method, service, principal = null } = known;
  const signIn = method && service ? { id, method, service } : null;
  return { signIn, principal };
}

function failed(code: string, message: string): Handled {
  return { failure: { kind: 'dependency', code, message, frames: [] }, changes: [] };
}
