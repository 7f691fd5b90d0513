import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The address of the person's own machine, as far as it can be known. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * Believes `X-Forwarded-For` only from the proxies that the configuration names, and reads it from right to left: the
 * first address that is no such proxy is the client. What stands further left was written by the client. Some proxies, such
 * as Azure's Application Gateway, write the port of the connection behind an address.
 *
 * @param trusted CIDR blocks, or single addresses.
 */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  const proxies = toBlockList(trusted);
  return ({ socket, headers }) => {
    let client = unmap(socket.remoteAddress ?? '');
    for (const hop of hops(headers['x-forwarded-for']).toReversed()) {
      if (!isIn(proxies, client) || isIP(hop) === 0) return client;
      client = hop;
    }
    return client;
  };
}

/** What one home or office shares: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail = ''] = address.split('::');
  const [front, back] = [head, tail].map((part) => part.split(':').filter((one) => one !== ''));
  const zeros = Array.from({ length: 8 - (front?.length ?? 0) - (back?.length ?? 0) }, () => '0');
  return [...(front ?? []), ...zeros, ...(back ?? [])].slice(0, 4).join(':');
}

const hops = (header: string | string[] | undefined): string[] =>
  String(header ?? '')
    .split(',')
    .map((hop) => unmap(withoutPort(hop.trim())))
    .filter((hop) => hop !== '');

/** `203.0.113.9:52100` and `[2001:db8::5]:52100`: the port is another one with each connection, and says nothing. */
const withoutPort = (hop: string): string =>
  /^(?:(\d+(?:\.\d+){3})|\[([0-9a-f:.]+)\])(?::\d{1,5})?$/i.exec(hop)?.slice(1).join('') ?? hop;

/** `::ffff:10.0.0.1` is `10.0.0.1`: a rule for the one must hold for the other. */
const unmap = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

const isIn = (list: BlockList, address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
};

function toBlockList(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
