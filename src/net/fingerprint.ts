import { createHash } from 'node:crypto';

import { Secret } from '../config/secret.ts';

/** A text that tells two values apart, their secrets included, and that tells nobody what they are. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, reveal)).digest('base64url');
}

/** A `Secret` says `[secret]` of itself before this is called: so its holder is asked. */
function reveal(this: unknown, key: string, value: unknown): unknown {
  const held: unknown = Reflect.get(Object(this), key);
  return held instanceof Secret ? held.reveal() : value;
}
