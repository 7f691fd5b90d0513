import type { ProxyConfig } from '../config.ts';
import { parseHostPort } from './host.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a proxy, as a regular expression. */
export const PROXY_PATTERN =
  '(?:direct|[Cc][Oo][Nn][Nn][Ee][Cc][Tt]://(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5})?';

/** Documented or announced, and not served. */
const LATER = new Set([
  'http',
  'https',
  'socks',
  'socks4',
  'socks5',
  'socks5h',
  'pac',
  'pac+http',
  'pac+https',
]);

/** Parses `connect://host:port`; `direct` or nothing means no proxy. */
export function parseProxy(text: string): Parsed<ProxyConfig> {
  if (text === '' || text === 'direct') return parsed({ kind: 'direct' });
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  if (LATER.has(scheme.toLowerCase()) || text === 'env') {
    return refused((it) => `the proxy ${it} is of a kind that this release does not serve`, {
      code: 'CONFIG_NOT_AVAILABLE',
      part: scheme === '' ? text : `${scheme}://`,
      next: FORM,
    });
  }
  if (scheme.toLowerCase() !== 'connect') {
    return refused((it) => `${it} is not a proxy`, { next: FORM });
  }
  return parseConnect(rest);
}

function parseConnect(address: string): Parsed<ProxyConfig> {
  if (/[/?#@\\]/.test(address)) {
    return refused((it) => `${it} holds more than a host and a port`, { next: FORM });
  }
  const hostPort = parseHostPort(address, 1);
  return hostPort.ok ? parsed({ kind: 'connect', ...hostPort.value }) : hostPort;
}

const FORM = 'Write connect://host:port, as in connect://10.1.2.3:3128, or direct.';
