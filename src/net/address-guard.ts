import type { LookupAddress } from 'node:dns';
import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

import { NetError } from './net-error.ts';

/**
 * Which addresses a connection may be made to. The check happens inside the look-up that the connection itself uses, so
 * that the address that was checked is the address that is connected to: there is no second look-up to win a race with.
 */
export type AddressPolicy =
  /** Every address: for hosts that the operator named. */
  | 'any'
  /** Only addresses of the public internet: for hosts that an extension names. */
  | 'public';

/** Networks that are not the public internet, with what they are (IANA special-purpose registries, RFC 6890). */
const NOT_PUBLIC: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // Azure's wire server: the virtual machine's own platform
  ['169.254.0.0', 16], // link-local, with the metadata services of the clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relay
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved and broadcast
  ['::', 96], // unspecified, loopback, IPv4-compatible
  ['64:ff9b::', 96], // NAT64: an IPv4 address in disguise
  ['64:ff9b:1::', 48], // local NAT64
  ['100::', 64], // discard
  ['2001::', 23], // protocol assignments, Teredo among them
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address in disguise
  ['3fff::', 20], // documentation
  ['5f00::', 16], // segment routing
  ['fc00::', 7], // unique local
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local
  ['ff00::', 8], // multicast
];

const blocked = new BlockList();
for (const [network, prefix] of NOT_PUBLIC) {
  blocked.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
}

/**
 * True for an address of the public internet. IPv4-mapped addresses are judged as what they map to.
 *
 * @param address An IP literal, without brackets and zone.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  // `BlockList` holds an IPv4-mapped address (RFC 4291 section 2.5.5.2) against the IPv4 networks.
  return family !== 0 && !blocked.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * The look-up of a connection, with a policy. `localhost` and names below it are loopback without asking anybody
 * (RFC 6761 section 6.3). A name of which one address is refused is refused whole: an answer that mixes public and
 * private addresses is what a rebinding attack looks like.
 *
 * @param policy Which addresses are allowed.
 * @param resolve The resolver; the system's by default.
 */
export function guardedLookup(
  policy: AddressPolicy,
  resolve: Resolver = (host) => dns.promises.lookup(host, { all: true, verbatim: true }),
): LookupFunction {
  return (hostname, options, callback) => {
    resolveName(hostname, resolve)
      .then((addresses) => allow(hostname, addresses, policy))
      .then(
        (addresses) => answer(addresses, options.all === true, callback),
        (error: NodeJS.ErrnoException) => callback(error, '', 0),
      );
  };
}

/** Answers all addresses of a name. */
export type Resolver = (host: string) => Promise<readonly LookupAddress[]>;

async function resolveName(hostname: string, resolve: Resolver): Promise<readonly LookupAddress[]> {
  if (isLocalhost(hostname)) return [{ address: '127.0.0.1', family: 4 }];
  return resolve(hostname);
}

/** True for `localhost` and every name below it. */
function isLocalhost(hostname: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(hostname);
}

function allow(
  hostname: string,
  addresses: readonly LookupAddress[],
  policy: AddressPolicy,
): readonly LookupAddress[] {
  if (policy === 'any' || addresses.every(({ address }) => isPublicAddress(address))) {
    return addresses;
  }
  throw refusedAddress(hostname);
}

/**
 * Judges a host that never passes through a look-up here: an address that stands in the URL itself; and behind a proxy,
 * which does the look-ups, every address and every name of the proxy's own loopback.
 *
 * @param host Without brackets.
 * @throws {NetError} `NET_ADDRESS_REFUSED`.
 */
export function refuseHost(host: string, policy: AddressPolicy, isProxied: boolean): void {
  if (policy === 'any') return;
  const isLiteral = isIP(host) !== 0;
  if (isProxied && (isLiteral || isLocalhost(host))) throw refusedAddress(host);
  if (isLiteral && !isPublicAddress(host)) throw refusedAddress(host);
}

/** The error for a host whose address a policy does not allow. The address itself is not told: it maps the network. */
function refusedAddress(host: string): NetError {
  return new NetError('NET_ADDRESS_REFUSED', `${host} is not a host of the public internet`, {
    next: 'If it must be reached, set private_addresses: true in the grant of this origin.',
  });
}

type LookupCallback = Parameters<LookupFunction>[2];

function answer(addresses: readonly LookupAddress[], all: boolean, callback: LookupCallback): void {
  const [first] = addresses;
  if (all) callback(null, [...addresses]);
  else if (first) callback(null, first.address, first.family);
  else callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
}
