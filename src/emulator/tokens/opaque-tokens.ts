import { ExpiringMap } from '../expiring-map.ts';
import { randomText } from '../stable-id.ts';
import type { EmulatorTime } from '../time.ts';
import type { Claims } from './sign.ts';

const MAX_TOKENS = 100_000;
/** As long as real ones, so that size limits are met. */
const TOKEN_BYTES = 1200;

/** Access tokens without a structure; only the emulator's own resources know what they stand for. */
export class OpaqueTokens {
  readonly #claims: ExpiringMap<Claims>;

  constructor(time: EmulatorTime) {
    this.#claims = new ExpiringMap(time, MAX_TOKENS);
  }

  issue(claims: Claims): string {
    const token = `EwB${randomText(TOKEN_BYTES)}`;
    // Kept past its end, so that Graph can tell an expired token from one that it never saw.
    this.#claims.set(token, claims, Number.POSITIVE_INFINITY);
    return token;
  }

  read(token: string): Claims | undefined {
    return this.#claims.get(token);
  }
}
