import type { ProxyServerConfig } from '../config/config.ts';
import { parseHostPort } from '../config/values/host.ts';
import { describe } from './net-error.ts';
import type { Hop } from './route.ts';

/** Each word of a script's answer that names a server: its kind, and the port that stands for none. */
const SERVERS: {
  readonly [word: string]: readonly [kind: ProxyServerConfig['kind'], port: number];
} = {
  PROXY: ['connect', 80],
  HTTP: ['connect', 80],
  HTTPS: ['connect-tls', 443],
  SOCKS: ['socks5', 1080],
  SOCKS5: ['socks5', 1080],
};

/** More ways than anybody waits for. */
const MOST_HOPS = 8;

/**
 * The first stops that a script names, in its order: `PROXY a:3128; SOCKS5 b:1080; DIRECT`. Null means `DIRECT`; an answer
 * that says nothing is a fault of the script, so that a script with a hole in it does not bypass the proxy. What is not
 * understood is left out.
 *
 * @throws {NetError} `NET_PROXY` when nothing is left.
 */
export function readScriptAnswer(answer: unknown): readonly Hop[] {
  if (answer === null) return [{ kind: 'direct' }];
  const parts = typeof answer === 'string' ? answer.split(';') : [];
  const hops = parts.flatMap((part) => readPart(part) ?? []).slice(0, MOST_HOPS);
  if (hops.length > 0) return hops;
  throw describe('NET_PROXY', 'the proxy script names no proxy that can be used', {
    next: 'Have it answer with PROXY host:port, HTTPS host:port, SOCKS5 host:port or DIRECT.',
  });
}

function readPart(part: string): Hop | undefined {
  const [word = '', address = '', ...more] = part.trim().split(/\s+/);
  const name = word.toUpperCase();
  if (name === 'DIRECT' && address === '') return { kind: 'direct' };
  const known = Object.hasOwn(SERVERS, name) ? SERVERS[name] : undefined;
  if (!known || more.length > 0) return undefined;
  const [kind, port] = known;
  const parsed = parseHostPort(/:\d+$/.test(address) ? address : `${address}:${port}`, 1);
  return parsed.ok ? { kind, ...parsed.value, credentials: null } : undefined;
}
