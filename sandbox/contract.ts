/**
 * What crosses the boundary between the gateway, a runner and an isolate: plain data only, and only types, so that every
 * part may import this file and none gains anything by it at run time.
 */

/** Plain data: what JSON can say. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A plain object. */
export type JsonObject = { readonly [key: string]: Json };

// ---- what an extension is told -------------------------------------------------------------------------------------

/** A group of Entrada's own configuration. */
export interface GroupRef {
  /** Its id in `entrada.yaml`. */
  readonly id: string;
  /** Its name, which patches and conditions use. */
  readonly name: string;
}

/** A role of Entrada's own configuration. */
export interface RoleRef {
  /** Its id in `entrada.yaml`. */
  readonly id: string;
  /** Its name, which patches and conditions use. */
  readonly name: string;
}

/** A security group that was read from Entra. `name` is its display name, compared case-sensitively. */
export interface EntraGroup {
  /** Object id of the group in the tenant (GUID). */
  readonly oid: string;
  /** Display name. */
  readonly name: string;
}

/** Who was authenticated: frozen plain data, safe to copy into an isolate. */
export interface Principal {
  /** The name that Entrada uses, after `remove_username_suffix`. */
  readonly username: string;
  /**
   * Object id of the person in the tenant (GUID): with `tid` the identity. Never a name. Of a person whom an extension
   * vouches for: the id that it gave.
   */
  readonly oid: string;
  /** Tenant id (GUID). Of a person whom an extension vouches for: `extension:` and the id of the method. */
  readonly tid: string;
  /** The pairwise subject of the ID token; the same as `oid` where there is none. */
  readonly sub: string;
  /** User principal name, as in `jane@contoso.example`. It may be given to somebody else. */
  readonly upn?: string;
  /** Address of mail, which Entra does not verify. */
  readonly email?: string;
  /** Display name. */
  readonly name?: string;
  /** Entrada's groups; the first one is the primary group. */
  readonly groups: readonly GroupRef[];
  /** All security groups that were read from Entra; empty when none were asked for. */
  readonly entraGroups: readonly EntraGroup[];
  /** Entrada's roles; the first one is the primary role. */
  readonly roles: readonly RoleRef[];
  /** Further claims of the verified ID token, and those that extensions added. */
  readonly claims: JsonObject;
}

/** What an extension may know of a token: everything but the token. */
export interface TokenMetadata {
  /** Origin or identifier of the API, as in `https://graph.microsoft.com`. */
  readonly resource: string;
  /** Scopes that Entra granted. */
  readonly scopes: readonly string[];
  /** When the token ends. Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** What every hook is told, whatever woke it. */
export interface Invocation {
  /** This run's id; another attempt has another one. */
  readonly invocation: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The same for every attempt of the same work: hand it to APIs that take one. */
  readonly idempotencyKey: string;
  /** When the run is ended. Unit: milliseconds since 1970-01-01 UTC. */
  readonly deadline: number;
}

/** The sign-in that `decide` and `enrich` are asked about. */
export interface SignIn extends Invocation {
  /** The sign-in's id: what the error page, the log and `entrada explain` name. */
  readonly id: string;
  /** Who signs in, as far as Entra and the configuration say it. */
  readonly principal: Principal;
  /** The method of `authentications` that vouches for the person. */
  readonly method: { readonly id: string; readonly type: string; readonly name: string };
  /** The service that the person signs in to. */
  readonly service: { readonly type: string; readonly path: string };
  /** What the browser says, after trusted proxies. */
  readonly request: {
    /** The person's address, after trusted proxies. */
    readonly address: string;
    readonly userAgent: string;
    /** The page that was asked for: a path of this gateway, or an origin and path that forward-auth serves. */
    readonly path: string;
  };
  /** Tokens that Entra gave for this sign-in; `ctx.token` stands in for those that were granted. */
  readonly tokens: readonly TokenMetadata[];
  /** What earlier extensions of this sign-in shared, by `name.key`. */
  readonly shared: JsonObject;
}

/** The username and password that `authenticate` is asked about, before anybody is vouched for. */
export interface Credentials extends Invocation {
  /** The sign-in's id: what the error page, the log and `entrada explain` name. */
  readonly id: string;
  /** As it was typed, but for spaces around it. */
  readonly username: string;
  /** As it was typed. Nothing that the extension logs, keeps or throws shows it. */
  readonly password: string;
  /** The method of `authentications` that asks. */
  readonly method: SignIn['method'];
  /** The service that the person signs in to. */
  readonly service: SignIn['service'];
  /** What the browser says, after trusted proxies. */
  readonly request: SignIn['request'];
}

// ---- what an extension is told in the background ---------------------------------------------------------------------

/** What every event says of itself. It is told at least once; the idempotency key stays the same over repeats. */
export interface Happening {
  /** Name of the event. */
  readonly name: string;
  /** When it happened. Unit: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** Somebody signed in: the principal is the one that the session has, patches included. */
export interface SignInSucceeded extends SignIn, Happening {
  /** Tells this event from others. */
  readonly name: 'signIn.succeeded';
}

/** Somebody was not let in. `denied`: it was decided so. `failed`: something did not do its part. */
export interface SignInRefused extends Omit<SignIn, 'principal'>, Happening {
  /** Tells this event from others, and whether it was decided or failed. */
  readonly name: 'signIn.denied' | 'signIn.failed';
  /** As far as it was known; null when nobody was vouched for. */
  readonly principal: Principal | null;
  /** Entrada's code, as in `SIGN_IN_DENIED`. */
  readonly code: string;
  /** The code of an extension's `deny(…)`; null when none denied. */
  readonly denial: string | null;
  /** What an extension said for the person; null when it said nothing. */
  readonly message: string | null;
  /** What was said for the operator; null when nothing was. */
  readonly reason: string | null;
}

/** A session is over. */
export interface SessionEnded extends Omit<SignIn, 'request' | 'shared'>, Happening {
  /** Tells this event from others. */
  readonly name: 'session.ended';
  /**
   * `sign_out`: by the person. `front_channel`: signed out at Entra. `expired`: its time was over. `revoked`: by an
   * administrator. `configuration`: its method or service is gone. `tenant`: Entra does not let the person in any more.
   * `extension`: by an extension, which `by` names.
   */
  readonly reason:
    | 'sign_out'
    | 'front_channel'
    | 'expired'
    | 'revoked'
    | 'configuration'
    | 'tenant'
    | 'extension';
  /** Which extension ended it, and the code that it gave; null for every other reason. */
  readonly by: { readonly extension: string; readonly code: string } | null;
  /** When it began. Unit: milliseconds since 1970-01-01 UTC. */
  readonly since: number;
  /** Where it began. */
  readonly request: Omit<SignIn['request'], 'path'>;
}

/** Work that an extension left for itself with `ctx.enqueue`. */
export interface WorkEvent extends Invocation, Happening {
  /** The name that it was left under. */
  readonly name: `work.${string}`;
  /** What was given to `ctx.enqueue`; null when nothing was. */
  readonly payload: Json;
  /** The sign-in that it came of; null when it came of a schedule. */
  readonly signIn: Pick<SignIn, 'id' | 'method' | 'service'> | null;
  /** Whose sign-in it was; null when that is not known. */
  readonly principal: Principal | null;
}

/** A run that a schedule asks for. */
export interface ScheduledRun extends Invocation {
  /** When it was due. Unit: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** What an extension leaves for itself. */
export interface EnqueueCall {
  readonly event: string;
  readonly payload: Json;
  /** Not before so much time is over. Unit: seconds. */
  readonly delay?: number;
}

/** Whose sessions an extension ends. */
export interface SessionsOf {
  /** Object id of the person. */
  readonly oid: string;
  /** In this tenant alone. Left out: in those of all methods that the extension applies to. */
  readonly tid?: string;
  /** The session of this sign-in alone. Left out: all that the person has. */
  readonly signIn?: string;
}

/** What an extension says when it ends sessions. */
export interface EndSessionsCall extends SessionsOf {
  /** Why: a short stable word for the record, `[a-z0-9_-]{1,64}`. */
  readonly code: string;
}

// ---- what an extension answers -------------------------------------------------------------------------------------

/** Lets the person in: what `allow()` makes. */
export interface Allow {
  /** Tells this decision from others. */
  readonly decision: 'allow';
}

/** Refuses the sign-in: what `deny(…)` makes. */
export interface Deny {
  /** Tells this decision from others. */
  readonly decision: 'deny';
  /** A short stable word that the log and the person's page show, `[a-z0-9_-]{1,64}`. */
  readonly code: string;
  /** A sentence for the person. Plain text. */
  readonly message?: string;
  /** A sentence for the operator's log alone. */
  readonly reason?: string;
}

/** Sends the person through one more interactive round at Entra. Exactly one of the three is given. */
export interface Challenge {
  /** Tells this decision from others. */
  readonly decision: 'challenge';
  /** A claims request (OpenID Connect Core 5.5), as a JSON object. */
  readonly claims?: JsonObject;
  /** Scopes that the person has to consent to. */
  readonly scopes?: readonly string[];
  /** `login`: the person signs in anew. `consent`: they are asked for consent again. */
  readonly prompt?: 'login' | 'consent';
}

/** What a sign-in gets. */
export type Decision = Allow | Deny | Challenge;

/** Vouches for a person: the credentials are theirs. */
export interface Accept {
  /** Tells this verdict from others. */
  readonly verdict: 'accept';
  /**
   * What tells this person from all others for ever, `[A-Za-z0-9._@:+=-]{1,128}`: a number or a GUID. A name is none, for it
   * may be given to somebody else.
   */
  readonly id: string;
  /** The name that Entrada uses. Default: the one that was typed. */
  readonly username?: string;
  /** For people to read. */
  readonly name?: string;
  /** Address of mail. */
  readonly email?: string;
  /** What else is known of them. Claims that say who somebody is are refused. */
  readonly claims?: JsonObject;
}

/** Ends the sign-in: the person is known here, and these are not their credentials. */
export interface Reject {
  /** Tells this verdict from others. */
  readonly verdict: 'reject';
  /** A short stable word for the record, `[a-z0-9_-]{1,64}`. The person never sees it. */
  readonly code: string;
  /** A sentence for the record. */
  readonly reason?: string;
}

/** Not one of mine: the next method of the chain is asked. */
export interface Next {
  /** Tells this verdict from others. */
  readonly verdict: 'next';
}

/** What a method of the chain says of credentials. */
export type Verdict = Accept | Reject | Next;

/** What `enrich` may change. Applied whole or not at all; each power is granted by name. */
export interface Patch {
  /** Another name for Entrada to use. */
  readonly username?: string;
  /** Groups of `entrada.yaml`, by name. */
  readonly groups?: { readonly add?: readonly string[]; readonly remove?: readonly string[] };
  /** Roles of `entrada.yaml`, by name. */
  readonly roles?: { readonly add?: readonly string[]; readonly remove?: readonly string[] };
  /** A claim set to null is removed. */
  readonly claims?: JsonObject;
  /** Path of the home folder, below the folder that the group allows. */
  readonly home?: string;
  /** Shorter lifetimes of the session; never longer than the operator's. Unit: seconds. */
  readonly session?: { readonly idle?: number; readonly absolute?: number };
  /** Headers that forward-auth answers with. */
  readonly headers?: { readonly [name: string]: string };
}

// ---- failures ------------------------------------------------------------------------------------------------------

/** The ways in which an invocation can fail; `on_failure` has one entry for each. */
export type FailureKind =
  /** The extension threw, rejected, or left a rejection unhandled. */
  | 'throw'
  /** Wall time was over. */
  | 'timeout'
  /** CPU time was over. */
  | 'cpu'
  /** The isolate's memory was over, or it took its runner down by using too much. */
  | 'memory'
  /** Another limit was over: host calls, bytes, log lines, depth, timers. */
  | 'limit'
  /** It returned what the hook's contract does not allow; `undefined` from `decide` included. */
  | 'invalid_result'
  /** It never ran: no runner, queue full, extension not loaded. */
  | 'unavailable'
  /** A service that it needs failed, and the extension said so by rethrowing the host's error. */
  | 'dependency';

/** A place in the author's source. */
export interface SourceFrame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly function?: string;
}

/** Why an invocation failed. Nothing of the host is in it. */
export interface Failure {
  readonly kind: FailureKind;
  /** A stable code of the limit or the contract that was broken, as in `HOST_CALLS` or `DECISION_MISSING`. */
  readonly code: string;
  readonly message: string;
  /** The author's frames, innermost first. Empty when there is no place. */
  readonly frames: readonly SourceFrame[];
}

// ---- gateway and runner: frames of a 4-byte big-endian length and that many bytes of UTF-8 -------------------------

/**
 * Hooks that an isolate can be asked to run. `describe` only evaluates the extension and says which hooks it has;
 * `evaluate` runs a script of the test kit.
 */
export type HookName =
  | 'authenticate'
  | 'decide'
  | 'enrich'
  | 'event'
  | 'schedule'
  | 'describe'
  | 'evaluate';

/** The limits that the runner and the isolate hold; the gateway holds its own copy of each that it can see. */
export interface RunnerLimits {
  /** From `invoke` to `done`. Unit: milliseconds. */
  readonly wallMs: number;
  /** Of the isolate's own thread, plus work done on its behalf. Unit: milliseconds. */
  readonly cpuMs: number;
  /** Of the isolate's heap. Unit: MiB. */
  readonly memoryMb: number;
  readonly hostCalls: number;
  readonly concurrentHostCalls: number;
  /** Timers that wait at the same time. */
  readonly timers: number;
  /** Messages of every kind from the isolate: a flood ends the invocation. */
  readonly messages: number;
  /** Lines after these are dropped; the last one says so. */
  readonly logLines: number;
  /** Unit: UTF-16 code units of one line. */
  readonly logLineLength: number;
  /** One message from the isolate. Unit: UTF-16 code units. */
  readonly messageLength: number;
  /** All messages from the isolate together. Unit: UTF-16 code units. */
  readonly sentLength: number;
  /** All answers to its calls together. Unit: UTF-16 code units. */
  readonly answeredLength: number;
  /** The hook's result. Unit: UTF-16 code units of its JSON. */
  readonly resultLength: number;
}

/** Everything that one run of one hook is given. */
export interface Call {
  readonly hook: HookName;
  /** The event's name, for `event`. */
  readonly name?: string;
  /** What the hook is told: plain data, frozen in the isolate. */
  readonly event: object | null;
  readonly config: Json;
  /** Token by resource: a handle, or the token itself where `expose: raw` was granted. */
  readonly tokens: { readonly [resource: string]: string };
  /** Why there is no token now, by resource: a code of the host. Left out: nothing is missing. */
  readonly unavailable?: { readonly [resource: string]: string };
  /** Handle by name of secret. */
  readonly secrets: { readonly [name: string]: string };
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly deadline: number;
  /** Where `Date` stands still, for tests and for replays. Unit: as `deadline`. Left out: it is what it is. */
  readonly now?: number;
  /**
   * Of recordings and replays: `Math.random` draws from the runner's bytes, which are known, and with `now` all clocks stand
   * still.
   */
  readonly drawn?: true;
  /** The longest result that the isolate sends. Unit: UTF-16 code units of its JSON. */
  readonly resultLength: number;
  /** The longest message of any other kind. Unit: UTF-16 code units. */
  readonly messageLength: number;
}

/** What the gateway tells a runner. */
export type ToRunner =
  /** The platform that every isolate starts with. Sent once, first. */
  | { readonly type: 'platform'; readonly source: string }
  /** To a process that only compiles: make the caches of an extension's bundle. */
  | { readonly type: 'compile'; readonly extension: string; readonly source: string }
  /**
   * An extension's bundle; `extension` is its name and hash. Caches are base64 of what V8 made of a script in a process
   * that never ran guest code: of the bundle, and of the platform with what this extension uses of it.
   */
  | {
      readonly type: 'load';
      readonly extension: string;
      readonly source: string;
      readonly cache?: string;
      readonly platformCache?: string;
      readonly memoryMb: number;
    }
  | { readonly type: 'unload'; readonly extension: string }
  | {
      readonly type: 'invoke';
      readonly id: number;
      /** Null for `evaluate`. */
      readonly extension: string | null;
      /** JSON text of a `Call`, passed into the isolate as it is. */
      readonly call: string;
      /** The script of `evaluate`; null for every other hook. */
      readonly source: string | null;
      readonly limits: RunnerLimits;
      /** Measures the heap at the end, which takes time: for tests and development. */
      readonly measure: boolean;
      /** Base64url of 32 bytes that all random bytes come of, for recordings and replays. Left out: they are random. */
      readonly random?: string;
    }
  /** The answer to a host call: the JSON text of a `HostAnswer`, passed into the isolate as it is. */
  | { readonly type: 'answer'; readonly id: number; readonly call: number; readonly answer: string }
  | { readonly type: 'cancel'; readonly id: number }
  /** To a process that debugs: a message of the Chrome DevTools Protocol for the isolate that stands ready or runs. */
  | { readonly type: 'inspect'; readonly message: string };

/** What a runner tells the gateway. */
export type FromRunner =
  | { readonly type: 'ready'; readonly v8: string; readonly node: string }
  | { readonly type: 'loaded'; readonly extension: string }
  | { readonly type: 'unloadable'; readonly extension: string; readonly failure: Failure }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly call: number;
      readonly op: string;
      readonly argument: string;
    }
  | { readonly type: 'log'; readonly id: number; readonly level: LogLevel; readonly text: string }
  | { readonly type: 'done'; readonly id: number; readonly outcome: Outcome; readonly usage: Usage }
  /** Code caches, base64. Empty where there is none: the bundle does not parse. */
  | {
      readonly type: 'compiled';
      readonly extension: string;
      readonly cache: string;
      readonly platformCache: string;
    }
  /** Of a process that debugs: an answer or an event of the Chrome DevTools Protocol. */
  | { readonly type: 'inspected'; readonly message: string }
  /**
   * The runner must not be given more work: an isolate took something down that cannot be mended. `id` is the invocation
   * whose isolate that was; null when it cannot be told.
   */
  | { readonly type: 'sick'; readonly id: number | null; readonly reason: string };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** How a run ended. `result` is JSON text, not yet checked by anybody. */
export type Outcome =
  | { readonly ok: true; readonly result: string }
  | { readonly ok: false; readonly failure: Failure };

/** What a run used. */
export interface Usage {
  /** Unit: milliseconds. */
  readonly wallMs: number;
  /** Unit: milliseconds. */
  readonly cpuMs: number;
  /** Unit: bytes. */
  readonly heapBytes: number;
}

// ---- isolate and runner: primitives through two callbacks, see src/extensions/runner/isolate.ts -----------------------

/** What the runtime in an isolate sends. Nothing comes back. */
export type Send = (
  type: 'call' | 'drop' | 'log' | 'timer' | 'clear' | 'done' | 'failed',
  /** Of the call or timer; 0 otherwise. */
  id: number,
  /** The operation, the level, or the kind of the failure. */
  name: string,
  /** JSON text, a line of the log, or milliseconds. */
  text: string,
) => void;

/** What the runtime asks and is answered at once: JSON text of the argument, JSON text of a `HostAnswer`. */
export type Ask = (op: string, text: string) => string;

/** What an isolate can play before there is an invocation. */
export type Scene = 'call' | 'fetch';

/** What the runner tells the runtime. */
export type Receive = (
  type: 'rehearse' | 'define' | 'invoke' | 'evaluated' | 'answer' | 'timer',
  /** Of the call or timer; 0 otherwise. */
  id: number,
  /** JSON text of a `Call` or a `HostAnswer`; the `Scene` to rehearse. */
  text: string,
  /** The extension's factory, or what a script evaluated to. */
  value?: unknown,
) => void;

/** The completion value of the platform's script. Called once, before any guest code. */
export type Boot = (send: Send, ask: Ask) => Receive;

/** What the runtime says of a failure. It is guest-made text and worth no more than that. */
export interface GuestFailure {
  readonly code: string;
  readonly message: string;
  readonly stack: string;
}

// ---- isolate and host: the operations of ctx and of the web platform -------------------------------------------------

/** A host call's answer. Host functions never reject: an error is a code and a sentence, no stack, no path. */
export type HostAnswer =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly error: HostFault };

/** Why a host call was not done. */
export interface HostFault {
  readonly code: string;
  readonly message: string;
  /** With `CHALLENGE`: what an API wants the person to prove at Entra. */
  readonly claims?: JsonObject;
}

/** Operations that the gateway's broker performs, by name; all others are the runner's own (web platform). */
export type BrokerOp =
  | 'fetch'
  | 'kv.get'
  | 'kv.set'
  | 'kv.delete'
  | 'kv.list'
  | 'kv.compareAndSet'
  | 'share'
  | 'enqueue'
  | 'sessions.end'
  | 'sign';

/** `fetch` as the isolate asks for it. */
export interface FetchCall {
  /** An absolute URL, or `entrada:NAME` for a destination that the grant names. */
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Base64 of the body's bytes. */
  readonly body: string | null;
  readonly redirect: 'follow' | 'error' | 'manual';
}

/** What the broker answers to `fetch`. */
export interface FetchAnswer {
  readonly url: string;
  readonly redirected: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The body's text, or base64 of its bytes. */
  readonly body: string;
  /** `body` is the text: its UTF-8 are the body's bytes, each of them. */
  readonly isText: boolean;
}
