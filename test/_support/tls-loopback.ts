import https from 'node:https';
import type { IncomingMessage, RequestListener } from 'node:http';

import { keptAuthority, keptCertificate } from './kept-identity.ts';
import { listen, type Loopback } from './loopback.ts';

/** A server that speaks TLS, with a certificate of an authority that nobody trusts by himself. */
export interface TlsLoopback extends Loopback {
  /** PEM of the authority. */
  readonly ca: string;
  /** Protocols that each client offered (ALPN), as in `http/1.1`. */
  readonly offered: readonly string[];
  readonly requests: readonly IncomingMessage[];
}

/** Serves HTTPS for some names. */
export async function serveHttps(
  names: readonly string[],
  handler: RequestListener,
): Promise<TlsLoopback> {
  const authority = await keptAuthority();
  const { certificate: cert, key } = await keptCertificate(authority, names);
  const offered: string[] = [];
  const requests: IncomingMessage[] = [];
  const server = https.createServer({
    cert,
    key,
    ALPNCallback: ({ protocols }) => {
      offered.push(protocols.join(','));
      return protocols.find((protocol) => protocol === 'h2' || protocol === 'http/1.1');
    },
  });
  server.on('request', (request: IncomingMessage, response) => {
    requests.push(request);
    handler(request, response);
  });
  const loopback = await listen(server);
  return { ...loopback, ca: authority.certificate, offered, requests };
}
