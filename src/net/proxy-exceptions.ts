import { isIP } from 'node:net';

import type { ProxyEnvironmentConfig, ProxyException } from '../config/config.ts';
import { type Hop, type Target, targetOf } from './route.ts';

/** The first stop for a URL, as the environment says. */
export function hopFromEnvironment(proxy: ProxyEnvironmentConfig, url: URL): Hop {
  const server = url.protocol === 'https:' ? proxy.https : proxy.http;
  if (!server || isException(targetOf(url), proxy.except)) return { kind: 'direct' };
  return server;
}

/**
 * True for a host that is reached without a proxy: one that is listed, by its name or address, or one below a name that is
 * listed.
 */
function isException({ host, port }: Target, except: readonly ProxyException[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return except.some((one) => (one.port === null || one.port === port) && covers(one.host, name));
}

function covers(listed: string, name: string): boolean {
  if (listed === '*' || listed === name) return true;
  return isIP(listed) === 0 && name.endsWith(`.${listed}`);
}
