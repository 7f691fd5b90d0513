import { isIP } from 'node:net';
import type { ProxyEnvironmentConfig, ProxyException, ProxyServerConfig } from '../config.ts';
import { isHostName } from './host.ts';
import type { Parsed } from './parsed.ts';
import { parseProxyServer } from './proxy-server.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says of proxies, and what is wrong with it. */
export interface ProxyEnvironment {
  readonly proxies: Omit<ProxyEnvironmentConfig, 'kind'>;
  /** Variables that name a proxy which cannot be one. Their values are never shown: they may hold a password. */
  readonly faults: readonly string[];
  /** Entries of `NO_PROXY` that say nothing to Entrada. */
  readonly ignored: readonly string[];
}

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` as other programs do: of two spellings the one in lower case wins, an
 * empty variable is one that is not set, and without `HTTPS_PROXY` the one of `HTTP_PROXY` serves both.
 */
export function readProxyEnvironment(environment: Environment): ProxyEnvironment {
  const http = readVariable(environment, 'http_proxy');
  const https = readVariable(environment, 'https_proxy') ?? http;
  const exceptions = read(environment, 'no_proxy')?.value.split(/[\s,]+/) ?? [];
  const words = exceptions.filter((word) => word !== '');
  const except = words.map(parseException);
  return {
    proxies: {
      https: https?.server ?? null,
      http: http?.server ?? null,
      except: except.filter((one) => one !== undefined),
    },
    faults: [...new Set([https, http])].flatMap((one) => (one && !one.server ? one.name : [])),
    ignored: words.filter((_, index) => except[index] === undefined),
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function read(environment: Environment, name: string): Variable | undefined {
  for (const spelling of [name, name.toUpperCase()]) {
    const value = Object.hasOwn(environment, spelling) ? environment[spelling]?.trim() : undefined;
    if (value !== undefined && value !== '') return { name: spelling, value };
  }
  return undefined;
}

interface Named {
  readonly name: string;
  readonly server: ProxyServerConfig | null;
}

function readVariable(environment: Environment, name: string): Named | undefined {
  const variable = read(environment, name);
  if (!variable) return undefined;
  const server = parseServer(variable.value);
  return { name: variable.name, server: server?.ok === true ? server.value : null };
}

/** The kind of each scheme, and the port that stands for none. */
const SCHEMES: {
  readonly [scheme: string]: readonly [kind: ProxyServerConfig['kind'], port: number];
} = {
  http: ['connect', 80],
  https: ['connect-tls', 443],
  socks5: ['socks5', 1080],
  socks5h: ['socks5', 1080],
};

/** Here a scheme and a port may be missing: other programs read the same variable. */
function parseServer(value: string): Parsed<ProxyServerConfig> | undefined {
  const [, written = 'http', rest = value] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(value) ?? [];
  const scheme = written.toLowerCase();
  const known = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (!known) return undefined;
  const [kind, port] = known;
  const bare = rest.replace(/\/$/, '');
  const address = bare.slice(bare.lastIndexOf('@') + 1);
  return parseProxyServer(kind, /:\d+$/.test(address) ? bare : `${bare}:${port}`);
}

/** `*`, `example.com`, `.example.com`, `*.example.com`, `10.1.2.3`, `[::1]`, `::1`, each with or without `:port`. */
function parseException(word: string): ProxyException | undefined {
  const [host, port] = splitPort(word.toLowerCase());
  if (host === '*') return { host, port };
  const name = host.replace(/^(?:\*?\.)+/, '').replace(/\.$/, '');
  return isIP(name) !== 0 || isHostName(name) ? { host: name, port } : undefined;
}

function splitPort(word: string): readonly [host: string, port: number | null] {
  if (isIP(word) === 6) return [canonical(word), null];
  const [, host = word, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(word) ?? [];
  const bracketed = /^\[(.*)\]$/.exec(host)?.[1];
  const name = bracketed === undefined ? host : canonical(bracketed);
  return [name, port === undefined ? null : Number(port)];
}

/** IPv6 as a URL has it, so that two spellings of one address are one. */
function canonical(address: string): string {
  return URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? address;
}
