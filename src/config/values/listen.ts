import { isHostName, parseHostPort, type HostPort } from './host.ts';
import { refused, type Parsed } from './parsed.ts';

/** The form of an address to listen on, as a regular expression. */
export const LISTEN_PATTERN = '(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}';

/** Parses an address to listen on: `0.0.0.0:8443`, `[::]:8443`. Port 0 lets the system choose. */
export function parseListen(text: string): Parsed<HostPort> {
  if (/^:?[0-9]+$/.test(text) || isHostName(text)) {
    return refused((it) => `${it} needs a host and a port`, {
      next: 'Write 0.0.0.0:8443 for all addresses of this machine, 127.0.0.1:8443 for this machine alone.',
    });
  }
  return parseHostPort(text, 0);
}

/** Hosts that stand for all addresses. */
const ANY = new Set(['0.0.0.0', '::']);

/** True when two addresses cannot both be listened on. */
export function areSameAddress(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.port === 0) return false;
  return a.host === b.host || ANY.has(a.host) || ANY.has(b.host);
}
