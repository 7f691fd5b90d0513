import { isIP } from 'node:net';
import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a block of addresses, as a regular expression. */
export const CIDR_PATTERN = '[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?';

/** Parses a block of addresses (`10.0.0.0/8`, `fd00::/8`) or one address, which becomes a block of one. */
export function parseCidr(text: string): Parsed<string> {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) {
    return refused((it) => `${it} is not an address or a block of addresses`, { next: FORM });
  }
  if (prefix === undefined) return parsed(`${address}/${bits}`);
  if (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > bits) {
    return refused((it) => `${it} has a prefix that is not between 0 and ${bits}`, { next: FORM });
  }
  return parsed(`${address}/${Number(prefix)}`);
}

const FORM = 'Write it as 10.0.0.0/8, fd00::/8 or 10.1.2.3.';
