import { isIPv4 } from 'node:net';
import { sandbox } from 'pac-resolver';

/** A function that a script may call. */
export type ScriptFunction = (...given: readonly unknown[]) => unknown;

/** Finds the IPv4 address of a host; null when it has none. */
export type LookUp = (host: string) => string | null;

/** Functions that only compute. */
const COMPUTING = [
  'dateRange',
  'dnsDomainIs',
  'dnsDomainLevels',
  'isPlainHostName',
  'localHostOrDomainIs',
  'shExpMatch',
  'timeRange',
  'weekdayRange',
] as const;

/**
 * The functions of every script (PAC), by name. Those that look up names are our own, since a script calls them as if they
 * took no time; and the library's `myIpAddress` asks a public name server, by a connection that goes past every proxy.
 *
 * @see https://developer.mozilla.org/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file
 */
export function scriptFunctions(
  lookUp: LookUp,
  ownAddress: string,
): ReadonlyMap<string, ScriptFunction> {
  const resolve = (host: unknown): string | null => {
    const name = String(host);
    return isIPv4(name) ? name : lookUp(name);
  };
  return new Map<string, ScriptFunction>([
    ...COMPUTING.map((name) => [name, fromLibrary(name)] as const),
    ['alert', () => undefined],
    ['myIpAddress', () => ownAddress],
    ['dnsResolve', resolve],
    ['isResolvable', (host) => resolve(host) !== null],
    ['isInNet', (host, pattern, mask) => isInNet(resolve(host), String(pattern), String(mask))],
  ]);
}

function fromLibrary(name: (typeof COMPUTING)[number]): ScriptFunction {
  return (...given): unknown => Reflect.apply(sandbox[name], undefined, given);
}

function isInNet(address: string | null, pattern: string, mask: string): boolean {
  if (address === null || !isIPv4(pattern) || !isIPv4(mask)) return false;
  const [ours, theirs, counted] = [address, pattern, mask].map(octets);
  return (
    counted?.every((bits, at) => ((ours?.[at] ?? 0) & bits) === ((theirs?.[at] ?? 0) & bits)) ??
    false
  );
}

function octets(address: string): readonly number[] {
  return address.split('.').map(Number);
}
