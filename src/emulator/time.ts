import type { Clock } from '../clock.ts';

/** Dates that no text can print would end every request without an answer. Unit: milliseconds. */
export const MAX_OFFSET_MS: number = 1000 * 365.25 * 86_400_000;

/**
 * The emulator's own time: a clock plus what tests moved it by. Everything with a lifetime (tokens, codes, sessions) and
 * every date that it prints comes from here; sockets and certificates keep the machine's time.
 */
export class EmulatorTime {
  readonly #clock: Clock;
  #offsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly now: Clock = () => this.#clock() + this.#offsetMs;

  /** Unit: whole seconds since 1970-01-01 UTC. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /**
   * Moves the emulator's time from where it is; negative goes back. Unit: milliseconds.
   *
   * @throws {RangeError} When it would be more than a thousand years away, or nowhere.
   */
  advance(milliseconds: number): void {
    this.#move(this.#offsetMs + milliseconds);
  }

  /**
   * Sets the distance to the clock itself, as a host whose clock is wrong. Unit: milliseconds.
   *
   * @throws {RangeError} When it would be more than a thousand years away, or nowhere.
   */
  skew(milliseconds: number): void {
    this.#move(milliseconds);
  }

  #move(offsetMs: number): void {
    if (!(Math.abs(offsetMs) <= MAX_OFFSET_MS))
      throw new RangeError(`Time cannot be ${offsetMs} milliseconds from the clock.`);
    this.#offsetMs = offsetMs;
  }
}

/** `2026-01-02 03:04:05Z`, as error texts of the login host print the time. */
export const loginTimestamp = (now: number): string =>
  `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;

/** `2026-01-02T03:04:05`, as errors of Graph print it. */
export const graphTimestamp = (now: number): string => new Date(now).toISOString().slice(0, 19);

/** RFC 9110 section 5.6.7, for `Date` and `Last-Modified`. */
export const httpDate = (now: number): string => new Date(now).toUTCString();
