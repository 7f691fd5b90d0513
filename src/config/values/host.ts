import { isIPv4, isIPv6 } from 'node:net';
import { parsed, refused, type Parsed } from './parsed.ts';

/** A host and a port. The host of IPv6 stands without its brackets. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i;

/** True for a host name or an IPv4 address. What ends in a number and is no address is neither: `12.342.421.2`. */
export function isHostName(host: string): boolean {
  if (host.length > 253) return false;
  const labels = host.split('.');
  if (/^[0-9]+$/.test(labels.at(-1) ?? '')) return isIPv4(host);
  return labels.every((label) => LABEL.test(label));
}

/** True for a host that never leaves this machine: localhost and names below it, 127.0.0.0/8, ::1 with or without []. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (isIPv4(name)) return name.startsWith('127.');
  return name === '::1' || name === '[::1]';
}

/**
 * Parses `host:port`, IPv6 in brackets.
 *
 * @param leastPort 0 where the system may choose a port, else 1.
 */
export function parseHostPort(text: string, leastPort: 0 | 1): Parsed<HostPort> {
  const [, host = '', , portText] = /^(\[[^\]]*\]|[^:]*)(:([0-9]*))?$/.exec(text) ?? [];
  if (host === '') return refused((it) => `${it} has no host`, { next: FORM });
  const name = host.startsWith('[') ? host.slice(1, -1) : host;
  if (!(host.startsWith('[') ? isIPv6(name) : isHostName(name))) {
    return refused((it) => `${it} cannot be a host name or an address`, { part: host, next: FORM });
  }
  const port = Number(portText);
  if (portText === undefined || portText === '') {
    return refused((it) => `${it} has no port`, { next: FORM });
  }
  if (port < leastPort || port > 65_535) {
    return refused((it) => `${it} is not a port`, { part: portText, next: 'Ports end at 65535.' });
  }
  return parsed({ host: name, port });
}

const FORM = 'Write host:port, as in 10.1.2.3:3128 or [2001:db8::1]:3128.';
