import type { ProxyServerConfig } from '../config/config.ts';
import { classify, describe, type NetError, reasonOf } from './net-error.ts';
import { authority, type Target } from './route.ts';

/** Everything that can be wrong with a proxy. Nothing of the request has left in any of these cases. */

/** The connection to the proxy itself was not made. */
export function proxyUnreachable(proxy: ProxyServerConfig, cause: unknown): NetError {
  const { code, root } = classify(cause);
  const message = `the proxy ${authority(proxy)} cannot be reached: ${reasonOf(root)}`;
  return describe('NET_PROXY', message, {
    cause,
    mayDetour: code !== 'NET_TLS',
    next:
      code === 'NET_TLS'
        ? tlsNext(root)
        : 'Check the name and the port of the proxy, and the firewall.',
  });
}

function tlsNext(error: Error): string {
  return 'code' in error && error.code === 'ERR_TLS_CERT_ALTNAME_INVALID'
    ? 'Write the proxy with the name that stands in its certificate.'
    : 'Add the certificate authority of the proxy to tls_trusted_certificates, or check that it speaks TLS on this port.';
}

/** The proxy said nothing for too long. */
export function proxySilent(proxy: ProxyServerConfig, target: Target, ms: number): NetError {
  const message = `the proxy ${authority(proxy)} opened no tunnel to ${authority(target)} within ${ms} ms`;
  const next = 'Check whether the proxy reaches this host, and whether the port is the right one.';
  return describe('NET_PROXY', message, { next, mayDetour: true });
}

/** The proxy ended the connection, or answered in a way that is no answer. */
export function proxyBroken(proxy: ProxyServerConfig, target: Target, cause: unknown): NetError {
  const why = reasonOf(classify(cause).root);
  const message = `the proxy ${authority(proxy)} broke off the tunnel to ${authority(target)}: ${why}`;
  const next = `Check that what listens there is ${KINDS[proxy.kind]}, and that it lets this host and port through.`;
  return describe('NET_PROXY', message, { cause, next, mayDetour: true });
}

const KINDS: { readonly [kind in ProxyServerConfig['kind']]: string } = {
  connect: 'an HTTP proxy',
  'connect-tls': 'an HTTP proxy that speaks TLS',
  socks5: 'a SOCKS 5 proxy',
};

/** 407 where there are no credentials; some proxies answer wrong ones with 401. */
const NOT_AUTHENTICATED: ReadonlySet<number> = new Set([401, 407]);

/**
 * The proxy answered CONNECT with a status that is no success.
 *
 * @param schemes Schemes of authentication that it offered.
 */
export function connectRefused(
  proxy: ProxyServerConfig,
  target: Target,
  status: number,
  schemes: readonly string[],
): NetError {
  const isUnknown = NOT_AUTHENTICATED.has(status);
  const why = isUnknown ? 'wants other credentials for' : 'refused';
  const message = `the proxy ${authority(proxy)} ${why} the tunnel to ${authority(target)} (status ${status})`;
  return describe('NET_PROXY', message, {
    proxyStatus: status,
    mayDetour: status >= 500,
    next: isUnknown ? credentialsNext(proxy, schemes) : statusNext(status),
  });
}

function credentialsNext({ credentials }: ProxyServerConfig, schemes: readonly string[]): string {
  if (schemes.length > 0 && !schemes.includes('basic')) {
    return `The proxy offers ${schemes.join(', ')}, and Entrada speaks Basic alone: have it let this machine through, or put a proxy between them that speaks both.`;
  }
  return credentials
    ? 'Check the user name and the password in the proxy setting.'
    : 'Put a user name and a password into the proxy setting: http://user:password@host:port.';
}

function statusNext(status: number): string {
  return status >= 500
    ? 'Check whether the proxy itself resolves and reaches this host.'
    : 'Ask whoever runs the proxy to allow this host and port.';
}

/** What a SOCKS proxy can answer, in the order of its replies from 1 (RFC 1928 section 6). */
const REPLIES: readonly (readonly [says: string, next: string])[] = [
  ['it failed', 'Look into the log of the proxy.'],
  ['its rules do not allow it', 'Ask whoever runs the proxy to allow this host and port.'],
  ['it has no route to the network', 'Check whether the proxy itself reaches this host.'],
  ['it does not find the host', 'Check whether the proxy itself resolves and reaches this host.'],
  ['the host refuses the connection', 'Check the host and the port.'],
  ['the way to the host is too long', 'Check whether the proxy itself reaches this host.'],
  ['it knows no CONNECT', 'Check that it is a SOCKS 5 proxy for TCP.'],
  ['it knows no names', 'Use a SOCKS 5 proxy that looks up names.'],
];

/** Reply with which a SOCKS proxy decides against a connection. */
const NOT_ALLOWED = 2;

/** The proxy answered with a reply of SOCKS other than success. */
export function socksRefused(proxy: ProxyServerConfig, target: Target, reply: number): NetError {
  const [says, next] = REPLIES[reply - 1] ?? ['it failed', 'Look into the log of the proxy.'];
  const message = `the proxy ${authority(proxy)} refused the tunnel to ${authority(target)}: ${says} (reply ${reply})`;
  return describe('NET_PROXY', message, {
    proxyStatus: reply,
    mayDetour: reply !== NOT_ALLOWED,
    next,
  });
}

/** The SOCKS proxy wants a user name and a password, or other ones. */
export function socksUnauthenticated(proxy: ProxyServerConfig, target: Target): NetError {
  const message = `the proxy ${authority(proxy)} wants other credentials for the tunnel to ${authority(target)}`;
  return describe('NET_PROXY', message, {
    next: proxy.credentials
      ? 'Check the user name and the password in the proxy setting.'
      : 'Put a user name and a password into the proxy setting: socks5://user:password@host:port.',
  });
}
