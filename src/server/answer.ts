import type { CookieAttributes } from '../session/cookie.ts';

/** What a route says; how it gets to the browser is not its concern. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly cookies: readonly CookieChange[];
  readonly body: string | Uint8Array;
}

/** An answer that can be read. */
export interface TextAnswer extends Answer {
  readonly body: string;
}

/** A cookie to set, or to remove. */
export interface CookieChange {
  readonly name: string;
  /** Null removes it. */
  readonly value: string | null;
  readonly attributes: CookieAttributes;
  /** Without it, the cookie ends with the browser. Unit: seconds. */
  readonly maxAgeSeconds?: number;
}
