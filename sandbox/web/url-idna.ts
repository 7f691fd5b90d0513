/** Stands in for the library's IDNA tables: the runner maps internationalized host names. */
import { host } from './services.ts';

/** The ASCII form of a domain with characters beyond ASCII, or null when there is none. */
export function toASCII(domain: string): string | null {
  return host.callSync('idna.toASCII', domain) as string | null;
}

const idna: { readonly toASCII: typeof toASCII } = { toASCII };
export default idna;
