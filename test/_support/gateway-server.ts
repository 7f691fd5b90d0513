import { connect } from 'node:tls';

import { Agent } from 'undici';
import type { Dispatcher } from 'undici';

import type { Config, ServerConfig } from '../../src/config/config.ts';
import { createIdentitySigner } from '../../src/server/identity-signer.ts';
import type { LogFields } from '../../src/server/log.ts';
import { createServer } from '../../src/server/server.ts';
import type { Ports, ServerOptions } from '../../src/server/server.ts';
import { sessionCookieName } from '../../src/session/cookie.ts';
import type { SignInRecord } from '../../src/session/record.ts';
import type { NewSession, Sessions } from '../../src/session/sessions.ts';
import type {
  BeginSignIn,
  PasswordSignIn,
  SignInAnswer,
  SignInFlow,
  SignInOutcome,
} from '../../src/session/sign-in.ts';
import { createSessions } from '../../src/session/stored-sessions.ts';
import { createTokenVault } from '../../src/session/token-vault.ts';
import type { Store } from '../../src/store/store.ts';
import { certificateFiles } from './certificate.ts';
import type { CertificateFiles } from './certificate.ts';
import { openTestStore, testClock } from './open-store.ts';
import type { TestClock } from './open-store.ts';
import { CONSOLE, FILES, FORWARD, method, newSession } from './people.ts';

/** Where the gateway of tests is reached; the name resolves nowhere, clients here know its port. */
export const ORIGIN = 'https://files.example.com';

/** The cookie that the scripted flow binds a sign-in with. */
export const TRANSACTION = '__Host-entrada-tx-test';

/** A sign-in flow that says what a test wants it to say. */
interface ScriptedFlow extends SignInFlow {
  readonly begun: BeginSignIn[];
  readonly answers: SignInAnswer[];
  readonly typed: PasswordSignIn[];
  /** What `finish` does next; by default it signs Ada in at the file browser. */
  next: () => Promise<SignInOutcome>;
  /** What `begin` throws next. */
  failure: Error | null;
  /** Where a session at the tenant ends. */
  leaving: string | null;
}

/** A running gateway and everything that a test does with it. */
export interface TestGateway {
  readonly port: number;
  readonly healthPort: number | null;
  readonly tls: CertificateFiles | null;
  readonly config: Config;
  readonly flow: ScriptedFlow;
  readonly store: Store;
  readonly sessions: Sessions;
  readonly clock: TestClock;
  readonly records: Map<string, SignInRecord>;
  /** Every line of the log. */
  readonly lines: (LogFields & { readonly message: string })[];
  readonly close: () => Promise<void>;
  /** Sends one request; follows nothing. */
  send(path: string, options?: SendOptions): Promise<Reply>;
  /** Writes bytes as they are and reads until the server closes. */
  raw(text: string): Promise<string>;
  /** Makes a session; answers the `Cookie` header that names it. */
  signIn(more?: Partial<NewSession>): Promise<string>;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Buffer;
}

/** An answer, read whole. */
export interface Reply {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** Every `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly body: string;
}

/** What a test offers to clean up after itself. */
interface Teardown {
  teardown(fn: () => Promise<void> | void): void;
}

export interface GatewaySettings {
  readonly server?: Partial<ServerConfig>;
  readonly config?: Partial<Omit<Config, 'server'>>;
  readonly options?: Partial<ServerOptions>;
}

/** Starts a gateway on loopback, with TLS unless told otherwise. It ends with the test. */
export async function startGateway(
  t: Teardown,
  { server: serverMore = {}, config: more = {}, options = {} }: GatewaySettings = {},
): Promise<TestGateway> {
  const tls =
    serverMore.tls === 'off' ? null : await certificateFiles(t, ['files.example.com', 'localhost']);
  const config = testConfig({ tls: tls ?? 'off', ...serverMore }, more);
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  const { session, services, authentications: methods } = config;
  const sessions = createSessions({ store, vault, clock, ...session, services, methods });
  const records = new Map<string, SignInRecord>();
  const flow = scriptedFlow(sessions, store);
  const lines: TestGateway['lines'] = [];
  const line = (fields: LogFields, message: string): number => lines.push({ ...fields, message });
  const server = await createServer({
    config,
    flow,
    sessions,
    records: { get: async (id) => records.get(id) },
    photos: { shows: () => false, of: async () => null },
    identity: await createIdentitySigner({ store, clock, origin: config.server.publicUrl }),
    clock,
    log: { info: line, warn: line, error: line },
    ready: [{ name: 'store', check: () => store.ping() }],
    ...options,
  });
  t.teardown(() => server.close());
  const ports = await server.listen();
  return {
    ...ports,
    ...clientOf(t, ports, tls),
    tls,
    config,
    flow,
    store,
    sessions,
    clock,
    records,
    lines,
    close: () => server.close(),
    signIn: async (given) => {
      const made = sessions.create(newSession(given));
      await store.commit(made.changes);
      return `${sessionCookieName(made.session.service.type as 'file-browser')}=${made.cookie}`;
    },
  };
}

/** A configuration with one service of each type and one method. */
function testConfig(
  server: Partial<ServerConfig>,
  more: Partial<Omit<Config, 'server'>> = {},
): Config {
  return {
    directory: '/nowhere',
    server: {
      publicUrl: ORIGIN,
      listen: { host: '127.0.0.1', port: 0 },
      tls: 'off',
      trustedProxies: [],
      health: null,
      ...server,
    },
    session: { idleMs: 30 * 60_000, absoluteMs: 12 * 3_600_000 },
    store: { kind: 'sqlite', path: '/nowhere/entrada.db' },
    keys: [],
    explain: { retentionMs: 86_400_000 },
    authentications: [method()],
    groups: [],
    roles: [],
    services: [FILES, CONSOLE, FORWARD],
    mapping: [],
    extensions: [],
    ...more,
  };
}

function scriptedFlow(sessions: Sessions, store: Store): ScriptedFlow {
  const flow: ScriptedFlow = {
    begun: [],
    answers: [],
    failure: null,
    next: async () => {
      const { cookie, changes } = sessions.create(newSession());
      await store.commit(changes);
      const id = 'sign-in-1';
      return {
        outcome: 'allowed',
        id,
        service: FILES,
        returnTo: '/docs?a=1',
        cookie,
        clear: TRANSACTION,
      };
    },
    begin: async (wish) => {
      if (flow.failure) throw flow.failure;
      flow.begun.push(wish);
      const url = 'https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize?state=x';
      return { url, cookie: { name: TRANSACTION, value: 'bound', maxAgeSeconds: 180 } };
    },
    finish: async (answer) => {
      flow.answers.push(answer);
      return flow.next();
    },
    typed: [],
    authenticate: async (request) => {
      flow.typed.push(request);
      return flow.next();
    },
    leaving: null,
    leave: async (_session, state) => flow.leaving && `${flow.leaving}?state=${state}`,
  };
  return flow;
}

function clientOf(
  t: Teardown,
  { port }: Ports,
  tls: CertificateFiles | null,
): Pick<TestGateway, 'send' | 'raw'> {
  const agent = new Agent({
    connect: tls === null ? {} : { ca: tls.ca, servername: 'files.example.com' },
  });
  t.teardown(() => agent.destroy());
  const origin = `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`;
  return {
    send: (path, given = {}) => send({ ...given, origin, path, dispatcher: agent }),
    raw: (text) => sendRaw(port, tls?.ca, text),
  };
}

async function send({
  origin,
  path,
  dispatcher,
  ...given
}: SendOptions & { origin: string; path: string; dispatcher: Dispatcher }): Promise<Reply> {
  const { statusCode, headers, body } = await dispatcher.request({
    origin,
    path,
    method: given.method ?? 'GET',
    headers: { host: 'files.example.com', ...given.headers },
    body: given.body ?? null,
  });
  const cookies = [headers['set-cookie'] ?? []].flat();
  const flat = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: statusCode,
    headers: Object.fromEntries(flat),
    cookies,
    body: await body.text(),
  };
}

async function sendRaw(port: number, ca: string | undefined, text: string): Promise<string> {
  const options = { host: '127.0.0.1', port, servername: 'files.example.com' };
  const socket = connect(ca === undefined ? options : { ...options, ca });
  socket.write(text, 'latin1');
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
