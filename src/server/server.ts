import type { RequestListener } from 'node:http';

import { createApp } from './app.ts';
import type { SignInLimit } from './app.ts';
import { createGate } from './gate.ts';
import { createHealthServer } from './health.ts';
import { createHttpServer, drain, listenOn } from './http-server.ts';
import { createMetrics } from './metrics.ts';
import type { Parts, ReadyCheck } from './parts.ts';
import { allLanes, allRoutes } from './routes.ts';

/** What the server is made of. */
export interface ServerOptions extends Omit<Parts, 'metrics'> {
  /** What `/readyz` asks. */
  readonly ready: readonly ReadyCheck[];
  /** Numbers of other parts for `/metrics`, by name. */
  readonly gauges?: { readonly [name: string]: () => Promise<number> };
  /** Sign-ins that one address may begin: enough for an office behind one address on a Monday morning. */
  readonly limit?: SignInLimit;
  /** How often certificate files are looked at. Unit: milliseconds. Default 30 seconds. */
  readonly certificateEveryMs?: number;
}

/** Ports that are listened on; other ones than were asked for where that was 0. */
export interface Ports {
  readonly port: number;
  /** Null when there is no health address. */
  readonly healthPort: number | null;
}

/** The gateway's HTTP side. */
export interface Server extends AsyncDisposable {
  /** Of `public_url`. */
  readonly origin: string;
  /** @throws {EntradaError} `SERVER_LISTEN`. */
  listen(): Promise<Ports>;
  /** Takes no more requests, waits for those that run, ten seconds at most. */
  close(): Promise<void>;
}

const SIGN_IN_LIMIT: SignInLimit = { max: 300, windowMs: 60_000 };

/**
 * Makes the server; `listen` starts it.
 *
 * @throws {EntradaError} `SERVER_CERTIFICATE`.
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { config, log, limit = SIGN_IN_LIMIT } = options;
  const parts: Parts = { ...options, metrics: createMetrics(options.clock) };
  const gauges = { entrada_sessions: () => parts.sessions.count(), ...options.gauges };
  for (const [name, read] of Object.entries(gauges)) parts.metrics.gauge(name, read);
  const lanes = allLanes(parts);
  const create = (next: RequestListener): ReturnType<typeof createHttpServer> =>
    createHttpServer(createGate(lanes, next, parts), config.server, options);
  const app = await createApp({ parts, routes: allRoutes(parts), limit, createServer: create });
  const health = createHealthServer(options.ready, parts);
  const close = async (): Promise<void> => {
    await Promise.all([drain(app.server), drain(health)]);
    await app.close();
    log.info({}, 'the server has closed');
  };
  return {
    origin: config.server.publicUrl,
    close,
    [Symbol.asyncDispose]: close,
    async listen() {
      const port = await listenOn(app.server, config.server.listen);
      const { health: at } = config.server;
      return { port, healthPort: at === null ? null : await listenOn(health, at.listen) };
    },
  };
}
