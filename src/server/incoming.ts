import type { IncomingHttpHeaders } from 'node:http';

import type { Fields } from './form.ts';

/** A request as routes see it: read, bounded, and with nothing in it that was not asked for. */
export interface Incoming {
  /** Names this request on pages and in the log. */
  readonly id: string;
  readonly method: string;
  /** As it was sent: path and query, byte for byte. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** Null when the body is no form, or there is none. */
  readonly form: Fields | null;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: { readonly [name: string]: string };
  /** Of the person, after trusted proxies. */
  readonly address: string;
  /** Cut to 256 characters. */
  readonly userAgent: string;
  readonly wantsJson: boolean;
}
