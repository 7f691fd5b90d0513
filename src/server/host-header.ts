import type { IncomingMessage } from 'node:http';

import type { ErrorCode } from '../errors.ts';

/** What is wrong with the Host of a request; null when it is ours. */
export type HostCheck = (request: IncomingMessage) => ErrorCode | null;

/**
 * Accepts the host of `public_url` alone, so that nothing is ever served, cached or redirected under another name.
 * `X-Forwarded-Host` is not looked at.
 *
 * @param publicUrl Origin, as in `https://files.example.com:8443`.
 */
export function createHostCheck(publicUrl: string): HostCheck {
  const { host, port, protocol } = new URL(publicUrl);
  const spelled = port === '' ? [host, `${host}:${DEFAULT_PORTS[protocol]}`] : [host];
  const ours = new Set(spelled);
  return (request) => {
    const given = request.headers.host?.toLowerCase() ?? '';
    if (isDoubled(request)) return 'SERVER_HOST_REFUSED';
    if (ours.has(given)) return null;
    return HOST.test(given) ? 'SERVER_HOST_UNKNOWN' : 'SERVER_HOST_REFUSED';
  };
}

const DEFAULT_PORTS: { readonly [protocol: string]: number } = { 'https:': 443, 'http:': 80 };

/** A name, an IPv4 address or an IPv6 address in brackets, perhaps with a port. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** Node keeps the first of two; a proxy before us may have kept the other. */
function isDoubled({ rawHeaders }: IncomingMessage): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count > 1;
}
