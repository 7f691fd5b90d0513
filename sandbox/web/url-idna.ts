/** Stands in for the library's IDNA tables: the runner maps internationalized host names. */
import { hooks } from './url-hooks.ts';

export const toASCII = (domain: string): string | null => hooks.toASCII(domain);

const idna: { readonly toASCII: typeof toASCII } = { toASCII };
export default idna;
