import { once } from 'node:events';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { RequestListener } from 'node:http';
import { EntradaError } from '../../errors.ts';
import type { CertificatePair } from '../certificate.ts';
import { endConnections, keepConnections } from './reset.ts';

/** Where and with which certificate to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly certificate: CertificatePair;
}

/** A server and the port that it listens on. */
export interface Listening {
  readonly server: Server;
  readonly port: number;
}

const LIMITS: ServerOptions = {
  minVersion: 'TLSv1.2',
  // Longer than clients keep theirs, also in a test process that was held up for seconds: a POST on a connection that is
  // being closed fails, and no client repeats it. Unit: milliseconds.
  keepAliveTimeout: 75_000,
};

/**
 * Starts a TLS server.
 *
 * @throws {EntradaError} `EMULATOR_ADDRESS` when the address is taken, not this machine's or no port.
 */
export async function listen(
  options: ListenOptions,
  listener: RequestListener,
): Promise<Listening> {
  const { certificate, key } = options.certificate;
  const server = createServer({ ...LIMITS, cert: certificate, key }, listener);
  keepConnections(server);
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening');
  } catch (error) {
    throw unusable(options, error);
  }
  const address = server.address();
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : options.port,
  };
}

const unusable = ({ host, port }: ListenOptions, cause: unknown): EntradaError =>
  new EntradaError('EMULATOR_ADDRESS', `The emulator cannot listen on ${host}:${port}.`, {
    next: 'Choose another port, or 0 for any that is free.',
    cause,
  });

/** Ends a server and every connection to it, those with a request that hangs too. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  endConnections(server);
  await closed;
}
