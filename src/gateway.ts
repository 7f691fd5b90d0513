/**
 * Wires the parts together; the only file that knows them all. Everything that a part needs of another one is handed to it
 * here.
 */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import type { InteractiveMethod } from './authentication/method.ts';
import { entraIdMethod } from './authentication/methods/entra-id.ts';
import { type Clock, systemClock } from './clock.ts';
import type { AuthenticationConfig, Config, EntraIdConfig } from './config/config.ts';
import { createEntraId, type EntraId } from './entra/entra-id.ts';
import type { EntraLog } from './entra/entra-log.ts';
import type { BrokerClients } from './extensions/broker/fetch.ts';
import type { SessionDesk } from './extensions/broker/sessions.ts';
import { createEventDesk } from './events/desk.ts';
import { createEventsOutbox, Events } from './events/events.ts';
import { ExtensionHost } from './extensions/host.ts';
import type { BuiltExtension } from './extensions/load.ts';
import type { BackgroundLimits } from './extensions/limits.ts';
import { LogLines } from './extensions/log-lines.ts';
import type { Reloaded } from './extensions/versions/reload.ts';
import { type PrepareAgain, takeAgain } from './extensions/versions/take-again.ts';
import { loadPlatform } from './extensions/load-platform.ts';
import type { CodeCaches } from './extensions/pool/code-caches.ts';
import type { RunnerPools } from './extensions/pools.ts';
import { createRecorder, type Recorded } from './extensions/replay/recording.ts';
import type { Log } from './log.ts';
import { logSignIn } from './session/log-sign-in.ts';
import type { AddressPolicy } from './net/address-guard.ts';
import type { HttpClient } from './net/http.ts';
import { Net } from './net/net.ts';
import { openAdminSocket } from './server/admin-socket.ts';
import { adminSocketPath } from './server/admin-socket-path.ts';
import { createIdentitySigner } from './server/identity-signer.ts';
import { readyChecks } from './server/ready-checks.ts';
import { createServer } from './server/server.ts';
import type { Outbox } from './session/outbox.ts';
import { createPhotos } from './session/photos.ts';
import type { SignInRecord } from './session/record.ts';
import { RecentSignIns } from './session/recent-sign-ins.ts';
import { createSignInRecords, type SignInRecords } from './session/records.ts';
import { ExtensionSessions, withTenants } from './session/extension-sessions.ts';
import { createSignInFlow } from './session/sign-in-flow.ts';
import type { Sessions } from './session/sessions.ts';
import { createSessions, SESSION } from './session/stored-sessions.ts';
import { TokenKeeper, type TokenKeeperDeps } from './session/token-keeper.ts';
import { createTokenVault, type TokenVault } from './session/token-vault.ts';
import { openSqlite } from './store/sqlite.ts';
import type { Store } from './store/store.ts';

/** What a gateway is started with. */
export interface GatewayOptions {
  readonly config: Config;
  /** Built and approved extensions; null with `--extensions=off`. */
  readonly extensions: readonly BuiltExtension[] | null;
  readonly log: Log;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Runner processes. Default: one for each core, four at the most. */
  readonly runners?: number;
  /** Runners make no machine code. Default: false. */
  readonly jitless?: boolean;
  /** Runners that were started while extensions were built; the gateway ends them. Default: it starts its own. */
  readonly pools?: RunnerPools;
  /** For a gateway that takes other versions while it runs. Left out: it does not. */
  readonly prepareAgain?: PrepareAgain;
  /** For tests: every frame between gateway and runners. */
  readonly tap?: (frame: Buffer) => void;
  /** Takes a fixture of every invocation: recording mode. */
  readonly record?: (recorded: Recorded) => void;
  /** For tests: where code caches come from, which whoever made them ends. Default: a place of its own. */
  readonly caches?: CodeCaches;
  /** For tests: limits that work in the background has at the least. */
  readonly background?: BackgroundLimits;
}

/** A running gateway. */
export interface Gateway extends AsyncDisposable {
  /** Origin that people reach it at. */
  readonly origin: string;
  readonly sessions: Sessions;
  readonly records: SignInRecords;
  /** Keeps the tokens of sessions alive. */
  readonly tokens: TokenKeeper;
  /** What is done in the background; null with `--extensions=off`. */
  readonly events: Events | null;
  /** Process ids of the runners. */
  readonly runners: readonly number[];
  /** Takes what is approved now, in one step, or goes on as before. */
  reload(): Promise<Reloaded>;
  /** Hears of every sign-in that ends; returns what stops it. */
  onSignIn(listener: (record: SignInRecord) => void): () => void;
}

/** Ended records are removed so often. Unit: milliseconds. */
const PURGE_MS = 60_000;

/** Tokens that are due are looked for so often. Unit: milliseconds. */
const KEEP_MS = 60_000;

/**
 * Starts a gateway: store, methods, runners, server, in this order; what was started is ended when a later one fails.
 *
 * @throws {EntradaError} `STORE_…`, `EXTENSION_UNLOADABLE`, `EXTENSION_RUNNER_LOST`, `SERVER_LISTEN`,
 *   `SERVER_CERTIFICATE`, `SERVER_SOCKET_TAKEN`.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  await using started = new AsyncDisposableStack();
  const { config, log, clock = systemClock } = options;
  const store = started.use(openSqlite(config.store.path, { keys: config.keys, clock }));
  const net = started.use(new Net());
  const lines = new LogLines(clock);
  const extensions =
    options.extensions && started.use(await startExtensions(options, clock, store, lines));
  const readAgain = createReload(options, extensions);
  const recent = new RecentSignIns();
  const listeners = new Set<(record: SignInRecord) => void>([
    (record) => logSignIn(log, record),
    (record) => recent.add(record),
  ]);
  const records = createSignInRecords(store, config.explain.retentionMs);
  const vault = createTokenVault(store, clock);
  // Of several methods, schedules use the first: the one of a tenant has tokens.
  const methods = config.authentications
    .toSorted((one, other) => Number(isEntraId(other)) - Number(isEntraId(one)))
    .map(({ id, type, name }) => ({ id, type, name }));
  const outbox = extensions ? createEventsOutbox({ host: extensions, methods, clock }) : undefined;
  const sessions = openSessions({ config, store, vault, records, clock, log, outbox });
  const entra = createEntraIds(config, net, store, clock, log);
  const tokens = started.use(keepTokens({ vault, sessions, methods: entra, store, clock, log }));
  const clients = createClients(config, net);
  const { retentionMs } = config.explain;
  const ending = { sessions, methods: withTenants(config.authentications), clock, log };
  const ends = new ExtensionSessions(ending);
  const sessionsFor = (extension: BuiltExtension): SessionDesk => ends.of(extension);
  const common = {
    store,
    sessions,
    sessionsFor,
    methods,
    clients,
    tokens,
    clock,
    log,
    retentionMs,
  };
  const events = extensions && started.use(await Events.start({ host: extensions, ...common }));
  const reload = async (): Promise<Reloaded> => {
    const reloaded = await readAgain();
    if (reloaded.ok) await followSchedules(events, log);
    return reloaded;
  };
  const flow = createSignInFlow({
    config,
    methods: createMethods(config, entra),
    extensions,
    clients,
    sessions,
    records,
    store,
    clock,
    outbox,
    ended: (record) => listeners.forEach((listener) => listener(record)),
  });
  const desk = createEventDesk({ store, sessions, clock });
  const identity = await createIdentitySigner({ store, clock, origin: config.server.publicUrl });
  const server = started.use(
    await createServer({
      config,
      flow,
      sessions,
      records,
      photos: createPhotos({ config, methods: entra, tokens, log: entraLog(log) }),
      identity,
      clock,
      log,
      ready: readyChecks(store, extensions),
      gauges: {
        entrada_events_waiting: () => desk.count('waiting'),
        entrada_events_dead: () => desk.count('dead'),
      },
    }),
  );
  await server.listen();
  const versions = { host: extensions, lines, reload };
  const administered = { sessions, records, recent, events: desk, extensions: versions, log };
  started.use(await openAdminSocket(adminSocketPath(config), administered));
  started.adopt(startPurge({ store, sessions, events, log }), clearInterval);
  started.adopt(startKeeping(tokens, log), clearInterval);
  const parts = { config, sessions, records, tokens, extensions, events, reload, listeners };
  return running(started.move(), parts);
}

function startExtensions(
  {
    config,
    extensions,
    log,
    runners,
    jitless,
    pools,
    caches,
    tap,
    record,
    background,
  }: GatewayOptions,
  clock: Clock,
  store: Store,
  lines: LogLines,
): Promise<ExtensionHost> {
  return loadPlatform().then((platform) =>
    ExtensionHost.start({
      extensions: extensions ?? [],
      platform,
      ownOrigin: config.server.publicUrl,
      clock,
      store,
      log: (line) => {
        const { level, text, ...fields } = line;
        log[level](fields, text);
        lines.add(line);
      },
      exposed: (exposure) =>
        log.warn({ event: 'raw_token_exposed', ...exposure }, 'an extension holds a token itself'),
      report: (event, detail) => log.warn({ event }, detail),
      ...(runners === undefined ? {} : { runners }),
      ...(jitless === undefined ? {} : { jitless }),
      ...(pools ? { pools } : {}),
      ...(tap ? { tap } : {}),
      ...(record ? { recorder: createRecorder(record) } : {}),
      ...(caches ? { caches } : {}),
      ...(background ? { background } : {}),
    }),
  );
}

/** Of versions that are new. What the store keeps from being done is done when it is purged next. */
async function followSchedules(events: Events | null, log: Log): Promise<void> {
  try {
    await events?.tidy();
  } catch (error) {
    log.error({ err: error }, 'schedules of new versions are not followed yet');
  }
}

/** One after the other: each begins with what the one before left. */
function createReload(
  { prepareAgain, log }: GatewayOptions,
  host: ExtensionHost | null,
): () => Promise<Reloaded> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(() => takeAgain(host, prepareAgain));
    last = next;
    return next.then((reloaded) => {
      const { ok, taken, left, refused } = reloaded;
      if (ok) log.info({ event: 'extensions_taken', taken, left }, 'extensions were read again');
      else log.error({ event: 'extensions_refused', refused }, 'extensions go on as before');
      return reloaded;
    });
  };
}

/** The relying parties of all methods, by id of the method. Nothing is asked of the network yet. */
export function createEntraIds(
  config: Config,
  net: Net,
  store: Store,
  clock: Clock,
  log: Log,
): ReadonlyMap<string, EntraId> {
  return new Map(
    config.authentications.filter(isEntraId).map((method) => {
      const entra = createEntraId({
        config: method,
        publicUrl: config.server.publicUrl,
        http: clientOf(method, net, 'any'),
        store,
        clock,
        log: entraLog(log),
      });
      return [method.id, entra];
    }),
  );
}

const isEntraId = (method: AuthenticationConfig): method is EntraIdConfig =>
  method.type === 'entra-id';

const entraLog =
  (log: Log): EntraLog =>
  (level, message, fields) =>
    log[level]({ ...fields }, message);

function createMethods(
  { authentications }: Config,
  entra: ReadonlyMap<string, EntraId>,
): ReadonlyMap<string, InteractiveMethod> {
  return new Map(
    authentications.filter(isEntraId).flatMap((method) => {
      const found = entra.get(method.id);
      return found === undefined ? [] : [[method.id, entraIdMethod(method, found)]];
    }),
  );
}

const keepTokens = ({
  log,
  ...deps
}: Omit<TokenKeeperDeps, 'log'> & { readonly log: Log }): TokenKeeper =>
  new TokenKeeper({ ...deps, log: entraLog(log) });

/** Looks each minute for tokens that are due. */
function startKeeping(tokens: TokenKeeper, log: Log): NodeJS.Timeout {
  const keep = (): Promise<void> =>
    tokens
      .keepFresh()
      .catch((error: unknown) => log.error({ err: error }, 'due tokens were not looked for'));
  return setInterval(() => void keep(), KEEP_MS).unref();
}

/** Requests of extensions leave by the proxy of the method whose sign-in they are about. */
function createClients({ authentications }: Config, net: Net): (method: string) => BrokerClients {
  const clients = new Map(
    authentications.map((method) => [
      method.id,
      { public: clientOf(method, net, 'public'), any: clientOf(method, net, 'any') },
    ]),
  );
  return (method) => {
    const found = clients.get(method);
    if (!found) throw new TypeError('a sign-in by a method that is not configured');
    return found;
  };
}

function clientOf(method: AuthenticationConfig, net: Net, addresses: AddressPolicy): HttpClient {
  const { proxy, tlsTrustedCertificates } = method;
  const authority = isEntraId(method) ? method.authority : null;
  const ofAuthority = authority?.ca ? [readFileSync(authority.ca, 'utf8')] : [];
  const ca = [...tlsTrustedCertificates, ...ofAuthority];
  return net.client({ proxy, ca, addresses }, authority?.map);
}

function openSessions({
  config,
  store,
  vault,
  records,
  clock,
  log,
  outbox,
}: {
  readonly config: Config;
  readonly store: Store;
  readonly vault: TokenVault;
  readonly records: SignInRecords;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox: Outbox | undefined;
}): Sessions {
  return createSessions({
    ended: (session, reason, by) => [
      records.putEnd(session.signIn, { at: clock(), reason, by }),
      ...(outbox?.sessionEnded(session, reason, by) ?? []),
    ],
    leased: async (id) => (await store.queue.waitingFor(id)) > 0,
    store,
    vault,
    clock,
    ...config.session,
    services: config.services,
    methods: config.authentications,
    report: ({ code, message }) => log.error({ code }, message),
  });
}

interface Purged {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly events: Events | null;
  readonly log: Log;
}

function startPurge(purged: Purged): NodeJS.Timeout {
  return setInterval(() => void purgeAll(purged), PURGE_MS).unref();
}

/** Batch by batch, so that requests get their turn in between. */
async function purgeAll({ store, sessions, events, log }: Purged): Promise<void> {
  try {
    // oxlint-disable no-await-in-loop -- one batch after the other is the point
    while ((await sessions.endExpired()) > 0) await setImmediate();
    while ((await store.purge(SESSION)) > 0) await setImmediate();
    // oxlint-enable no-await-in-loop
    await events?.tidy();
  } catch (error) {
    log.error({ err: error }, 'ended records were not removed');
  }
}

interface Running {
  readonly config: Config;
  readonly sessions: Sessions;
  readonly records: SignInRecords;
  readonly tokens: TokenKeeper;
  readonly extensions: ExtensionHost | null;
  readonly events: Events | null;
  readonly reload: Gateway['reload'];
  readonly listeners: Set<(record: SignInRecord) => void>;
}

function running(started: AsyncDisposableStack, parts: Running): Gateway {
  const { config, sessions, records, tokens, extensions, events, reload, listeners } = parts;
  return {
    origin: config.server.publicUrl,
    sessions,
    records,
    tokens,
    events,
    get runners() {
      return extensions?.pids ?? [];
    },
    reload,
    onSignIn: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
