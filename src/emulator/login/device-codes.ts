import { randomInt } from 'node:crypto';
import { ExpiringMap } from '../expiring-map.ts';
import { randomText } from '../stable-id.ts';
import type { EmulatorTime } from '../time.ts';
import type { Subject } from '../tokens/subject.ts';
import type { Client } from './authorize/trust.ts';
import type { ScopeRequest } from './scopes.ts';

/** A device that waits for a person to sign in elsewhere. */
export interface DeviceGrant extends Client {
  readonly deviceCode: string;
  /** What the person types: nine characters. */
  readonly userCode: string;
  readonly scopes: ScopeRequest;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
  outcome: 'waiting' | 'declined' | Subject;
}

/** Unit: seconds. */
export const DEVICE_CODE_SECONDS = 900;
const REMEMBERED_MS = 3_600_000;
const MAX_DEVICES = 10_000;
/** Without vowels and look-alikes, as in the real codes. */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ23456789';

const newUserCode = (): string =>
  Array.from({ length: 9 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** Device codes that were given out (RFC 8628). */
export class DeviceCodes {
  readonly #time: EmulatorTime;
  readonly #grants: ExpiringMap<DeviceGrant>;

  constructor(time: EmulatorTime) {
    this.#time = time;
    this.#grants = new ExpiringMap(time, MAX_DEVICES);
  }

  issue(client: Client, scopes: ScopeRequest): DeviceGrant {
    const expiresAt = this.#time.now() + DEVICE_CODE_SECONDS * 1000;
    const deviceCode = randomText(80);
    const userCode = newUserCode();
    const grant: DeviceGrant = {
      ...client,
      scopes,
      deviceCode,
      userCode,
      expiresAt,
      outcome: 'waiting',
    };
    this.#grants.set(deviceCode, grant, expiresAt + REMEMBERED_MS);
    return grant;
  }

  byDeviceCode(code: string): DeviceGrant | undefined {
    return this.#grants.get(code);
  }

  /** The device whose code a person typed, in any case; undefined when it is over, or when somebody answered already. */
  byUserCode(code: string): DeviceGrant | undefined {
    const typed = code.trim().toUpperCase();
    const now = this.#time.now();
    return this.#grants
      .values()
      .find(
        ({ userCode, expiresAt, outcome }) =>
          userCode === typed && expiresAt > now && outcome === 'waiting',
      );
  }

  /** A device code is spent with its first success. */
  spend({ deviceCode }: DeviceGrant): void {
    this.#grants.delete(deviceCode);
  }
}
