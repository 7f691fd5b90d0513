import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { ListenAddress, ServerConfig } from '../config/config.ts';
import { EntradaError } from '../errors.ts';
import { followCertificate, readCertificate } from './certificates.ts';
import type { Log } from './log.ts';
import { createServer } from './node-http.ts';

/** Limits of a connection, to any address of the gateway. Unit: milliseconds. */
export const CONNECTION_LIMITS: ServerOptions = {
  // A form of 64 KiB needs no longer, from anywhere.
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  // Longer than proxies keep theirs, so that it is never we who close one that is about to be used.
  keepAliveTimeout: 75_000,
  // The gate looks at the header itself, and answers with a page; other addresses have no use for it.
  requireHostHeader: false,
};

/**
 * How long a TLS handshake may take. Until it is over Node counts the connection to none of those that it closes, so that
 * closing waits for it. Unit: milliseconds.
 */
const HANDSHAKE_MS = 10_000;

/** How often certificate files are looked at. Unit: milliseconds. */
const CERTIFICATE_EVERY_MS = 30_000;

/** How long a request may go on when the server closes. Unit: milliseconds. */
const DRAIN_MS = 10_000;

/**
 * The server of the gateway's own address: HTTPS from TLS 1.2, or HTTP behind a proxy that ends TLS.
 *
 * @throws {EntradaError} `SERVER_CERTIFICATE`.
 */
export function createHttpServer(
  listener: RequestListener,
  { tls }: ServerConfig,
  { log, certificateEveryMs = CERTIFICATE_EVERY_MS }: { log: Log; certificateEveryMs?: number },
): Server {
  if (tls === 'off') return createServer(CONNECTION_LIMITS, listener);
  const options = {
    ...CONNECTION_LIMITS,
    ...readCertificate(tls),
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE_MS,
  } as const;
  const server = createTlsServer(options, listener);
  const following = followCertificate(server, tls, { log, everyMs: certificateEveryMs });
  server.on('close', () => following[Symbol.dispose]());
  return server;
}

/**
 * Starts to listen.
 *
 * @returns The port, which is another one than was asked for when that was 0.
 * @throws {EntradaError} `SERVER_LISTEN`.
 */
export async function listenOn(server: Server, { host, port }: ListenAddress): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new EntradaError('SERVER_LISTEN', `${host}:${port}: ${reason}`, {
      next: 'Let `listen` name a free port that the user of the gateway may use.',
      cause,
    });
  });
  return portOf(server.address());
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

/** Takes no more connections, lets requests end, and cuts those that do not. */
export async function drain(server: Server): Promise<void> {
  if (!server.listening) return;
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(idle);
  clearTimeout(cut);
}
