/**
 * True when an address is in a network such as `10.0.0.0/8` or `2001:db8::/32`. A network that cannot be read is an error and
 * not a network that nobody is in: otherwise a slip of the pen in the config would go unnoticed.
 */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', length = ''] = network.split('/');
  const [one, other] = [readAddress(address), readAddress(base)];
  if (!one || !other || !/^\d+$/.test(length) || Number(length) > other.bits) {
    throw new Error(`${network} is no network, or ${address} no address`);
  }
  const rest = BigInt(other.bits - Number(length));
  return one.bits === other.bits && one.value >> rest === other.value >> rest;
}

interface Address {
  bits: 32 | 128;
  value: bigint;
}

function readAddress(text: string): Address | undefined {
  // An IPv4 address in an IPv6 socket (RFC 4291 section 2.5.5.2) is that IPv4 address.
  const plain = text.replace(/^::ffff:(?=\d+\.)/i, '');
  return plain.includes(':') ? readIPv6(plain) : readIPv4(plain);
}

function readIPv4(text: string): Address | undefined {
  const bytes = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255)) return undefined;
  return { bits: 32, value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) };
}

function readIPv6(text: string): Address | undefined {
  // The URL parser knows every form of an address, and writes the shortest one.
  const host = URL.parse(`https://[${text}]`)?.hostname.slice(1, -1);
  if (host === undefined) return undefined;
  const [head = '', tail] = host.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const groups = [...left, ...zeros, ...right];
  return {
    bits: 128,
    value: groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n),
  };
}
