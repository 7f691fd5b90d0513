import type {
  Happening,
  Principal,
  SessionEnded,
  SignIn,
  SignInRefused,
  SignInSucceeded,
  WorkEvent,
} from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import type { BuiltExtension } from '../extensions/load.ts';
import { sharedFor } from '../extensions/order.ts';
import { isAmong } from '../extensions/when.ts';
import type { EndedSignIn, Outbox } from '../session/outbox.ts';
import type { SignInRecord } from '../session/record.ts';
import type { Session, SessionPrincipal } from '../session/session.ts';
import type { EndedBy, SessionEnd } from '../session/sessions.ts';
import type { Change } from '../store/store.ts';
import { toChange, toOwnChange, type TokensOfWork, type Work } from './work.ts';

/** Which extensions there are, and which hooks they have. */
export interface Listeners {
  readonly extensions: readonly BuiltExtension[];
  has(extension: BuiltExtension, hook: string): boolean;
}

/** What an outbox is made of. */
export interface OutboxDeps {
  readonly listeners: Listeners;
  /** Of the configuration. */
  readonly methods: readonly SignIn['method'][];
  readonly clock: Clock;
}

/** For so long tokens of a session are there for what is done in the background. Unit: milliseconds. */
const LEASE_MS = 24 * 3_600_000;

type Told<Event> = Omit<Event, 'invocation' | 'attempt' | 'idempotencyKey' | 'deadline'>;

/** Writes down what extensions are to be told of sign-ins and sessions. */
export function createOutbox(deps: OutboxDeps): Outbox {
  return {
    signInEnded: (ended) => [...eventsOf(ended, deps), ...enqueuedOf(ended, deps)],
    sessionEnded: (session, reason, by) => sessionEnded(session, { reason, by }, deps),
    leaseFor: (method, enqueued) => {
      const isUsed = enqueued > 0 || listening('signIn.succeeded', method, deps).length > 0;
      return isUsed ? deps.clock() + LEASE_MS : null;
    },
  };
}

function listening(
  event: string,
  method: string,
  { listeners }: OutboxDeps,
): readonly BuiltExtension[] {
  return listeners.extensions.filter(
    (extension) =>
      isAmong(method, extension.config.appliesTo) && listeners.has(extension, `event ${event}`),
  );
}

/** Names of what happened, by how a sign-in ended. One that goes on says nothing. */
const NAMES = {
  allowed: 'signIn.succeeded',
  denied: 'signIn.denied',
  failed: 'signIn.failed',
  challenged: null,
} as const satisfies { readonly [outcome in SignInRecord['outcome']]: string | null };

function eventsOf(ended: EndedSignIn, deps: OutboxDeps): readonly Change[] {
  const { record, session } = ended;
  const name = NAMES[record.outcome];
  if (name === null) return [];
  const tokens = tokensOf(ended, deps);
  return listening(name, record.method.id, deps).map((extension) =>
    toChange(
      {
        id: `${record.id}.${name}.${extension.name}`,
        extension: extension.name,
        lane: session,
        dueAt: deps.clock(),
      },
      toWork(
        name,
        toldOf(ended, name, extension, deps),
        { id: record.id, method: record.method.id },
        tokens,
      ),
    ),
  );
}

function toWork(
  name: string,
  told: object,
  { id, method }: { readonly id: string; readonly method: string },
  tokens: TokensOfWork,
): Work {
  return { hook: 'event', name, told, signIn: id, method, tokens };
}

/** Who signed in lends what the session has; for anybody else the application stands. */
function tokensOf({ record, session }: EndedSignIn, { clock }: OutboxDeps): TokensOfWork {
  if (session === null) return { of: 'application' };
  if (record.tokens.length === 0) return { of: 'nobody' };
  return { of: 'session', session, until: clock() + LEASE_MS };
}

function toldOf(
  { record, shared }: EndedSignIn,
  name: Exclude<(typeof NAMES)[SignInRecord['outcome']], null>,
  extension: BuiltExtension,
  { listeners: { extensions } }: OutboxDeps,
): Told<SignInRefused> | Told<SignInSucceeded> {
  const { id, endedAt: at, method, service, request, tokens } = record;
  const told = sharedFor(extension, shared, extensions);
  const known = { id, at, method, service, request, tokens, shared: told };
  const principal = record.principal && principalOf(record.principal);
  if (name === 'signIn.succeeded' && principal) return { ...known, name, principal };
  const { code, denial, message, reason } = record;
  const refused = name === 'signIn.denied' ? name : 'signIn.failed';
  return { ...known, name: refused, principal, code: code ?? '', denial, message, reason };
}

/** A session's principal has more than extensions are told of. */
function principalOf(
  known: Principal & Partial<Omit<SessionPrincipal, keyof Principal>>,
): Principal {
  const { home: _home, headers: _headers, ...principal } = known;
  return principal;
}

/** What extensions left for themselves while a person waited. One that goes on will be asked again. */
function enqueuedOf(ended: EndedSignIn, deps: OutboxDeps): readonly Change[] {
  const { record, session, enqueued } = ended;
  if (record.outcome === 'challenged') return [];
  const { id, method, service, principal } = record;
  const about: Pick<WorkEvent, 'signIn' | 'principal'> = {
    signIn: { id, method, service },
    principal: principal && principalOf(principal),
  };
  const tokens = tokensOf(ended, deps);
  const source = { session, about, signIn: id, method: method.id, tokens, isWork: false };
  return enqueued.map(({ extension, call }) =>
    toOwnChange(call, { ...source, extension }, deps.clock()),
  );
}

interface End {
  readonly reason: SessionEnd;
  readonly by: EndedBy | null;
}

function sessionEnded(session: Session, end: End, deps: OutboxDeps): readonly Change[] {
  const name = 'session.ended';
  const told: Told<SessionEnded> & Happening = {
    ...aboutSession(session, deps),
    name,
    at: deps.clock(),
    ...end,
    since: session.createdAt,
  };
  const { signIn: id, method } = session;
  const work = toWork(name, told, { id, method }, { of: 'ended' });
  return listening(name, method, deps).map(({ name: extension }) =>
    toChange(
      { id: `${id}.${name}.${extension}`, extension, lane: session.id, dueAt: deps.clock() },
      work,
    ),
  );
}

function aboutSession(
  { signIn: id, principal, method, service, tokens, address, userAgent }: Session,
  { methods }: OutboxDeps,
): Pick<SessionEnded, 'id' | 'principal' | 'method' | 'service' | 'tokens' | 'request'> {
  const { type = '', name = '' } = methods.find((one) => one.id === method) ?? {};
  return {
    id,
    principal: principalOf(principal),
    method: { id: method, type, name },
    service,
    tokens,
    request: { address, userAgent },
  };
}
