/**
 * Where this folder tells what it did. Fields are ids, numbers and codes; never a code, token, secret, state, nonce or
 * cookie.
 */
export type EntraLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: { readonly [name: string]: string | number | boolean | null },
) => void;

/** Says nothing. */
export const silent: EntraLog = () => {};
