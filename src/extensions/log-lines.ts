import { maskSecrets } from '../config/masking.ts';
import type { Clock } from '../clock.ts';
import type { ExtensionLine } from './invoke.ts';

/** Lines that are remembered. */
const MOST = 2_000;

/** In one answer. */
const PAGE = 500;

/** A line that an extension wrote, with when. */
export interface LoggedLine extends ExtensionLine {
  /** Rises by one with each line, since the gateway started. */
  readonly number: number;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** Which lines somebody wants; what is left out is any. */
export interface LineFilter {
  readonly extension?: string | undefined;
  /** Id of a sign-in, or the beginning of one. */
  readonly signIn?: string | undefined;
  /** Username, in any case. */
  readonly person?: string | undefined;
}

/** The last lines of extensions, in memory, without any secret: for whoever watches. */
export class LogLines {
  readonly #clock: Clock;
  readonly #lines: LoggedLine[] = [];
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(line: ExtensionLine): void {
    this.#last += 1;
    const text = maskSecrets(line.text);
    this.#lines.push({ ...line, text, number: this.#last, at: this.#clock() });
    if (this.#lines.length > MOST) this.#lines.shift();
  }

  /** Lines after one with this number, oldest first; null: the last ones. */
  after(number: number | null, filter: LineFilter = {}): readonly LoggedLine[] {
    const found = this.#lines.filter(
      (line) => line.number > (number ?? 0) && isWanted(line, filter),
    );
    return number === null ? found.slice(-PAGE) : found.slice(0, PAGE);
  }
}

function isWanted(line: LoggedLine, { extension, signIn, person }: LineFilter): boolean {
  return (
    (extension === undefined || line.extension === extension) &&
    (signIn === undefined || line.signIn.startsWith(signIn)) &&
    (person === undefined || line.person?.toLowerCase() === person.toLowerCase())
  );
}
