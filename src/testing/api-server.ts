import type { IncomingMessage, ServerResponse } from 'node:http';

import {
  type CertificatePair,
  createCertificateAuthority,
  createServerCertificate,
} from '../emulator/certificate.ts';
import { close, listen } from '../emulator/http/listen.ts';
import type { HttpClient } from '../net/http.ts';
import { Net, type OriginMap } from '../net/net.ts';

/** Answers requests, as `node:http` has it. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** An API of a test, listening on loopback. */
export interface ApiServer extends AsyncDisposable {
  /** Reaches it by the origin that it stands for, over TLS. */
  readonly http: HttpClient;
  /** Its origin to where it listens: as `authority.map` of a method. */
  readonly map: OriginMap;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
}

/**
 * Starts a real HTTPS server that stands for an origin: for APIs that the emulator does not have. What an extension sends to
 * the origin goes over a socket and TLS to the listener.
 *
 * ```ts
 * await using hr = await startApi('https://hr.example.com', (request, response) => {
 *   response.end(JSON.stringify({ teams: ['Ledgers'] }));
 * });
 * await using host = await createTestHost({ extension, http: hr.http });
 * ```
 */
export async function startApi(origin: string, listener: Listener): Promise<ApiServer> {
  const authority = await certificateAuthority();
  const certificate = await createServerCertificate(authority, ['localhost', '127.0.0.1']);
  const { server, port } = await listen({ host: '127.0.0.1', port: 0, certificate }, listener);
  const map = { [new URL(origin).origin]: `https://localhost:${port}` };
  const net = new Net();
  const ca = authority.certificate;
  return {
    http: net.client({ proxy: { kind: 'direct' }, ca: [ca], addresses: 'public' }, map),
    map,
    ca,
    [Symbol.asyncDispose]: async () => {
      await net[Symbol.asyncDispose]();
      await close(server);
    },
  };
}

/** Sends each request to the client of its origin: where an extension calls several APIs. */
export function byOrigin(
  clients: { readonly [origin: string]: HttpClient },
  others: HttpClient,
): HttpClient {
  const known = new Map(Object.entries(clients));
  return (request) => (known.get(new URL(request.url).origin) ?? others)(request);
}

let made: Promise<CertificatePair> | undefined;

/** One for the process: it takes longer to make than anything else here. */
function certificateAuthority(): Promise<CertificatePair> {
  return (made ??= createCertificateAuthority());
}
