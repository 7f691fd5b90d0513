import type { ProxyConfig, ProxyServerConfig } from '../../config/config.ts';

/** A setting of `proxy` in words, without credentials. */
export function proxyText(proxy: ProxyConfig): string {
  if (proxy.kind === 'direct') return 'none: hosts are reached directly';
  if (proxy.kind === 'script') return `by the script ${proxy.url}`;
  if (proxy.kind !== 'environment') return serverText(proxy);
  const named = [proxy.https, proxy.http].flatMap((one) => (one === null ? [] : serverText(one)));
  return named.length === 0 ? 'none is named by the environment' : named.join(', ');
}

const serverText = ({ kind, host, port }: ProxyServerConfig): string =>
  `${kind} ${host.includes(':') ? `[${host}]` : host}:${port}`;
