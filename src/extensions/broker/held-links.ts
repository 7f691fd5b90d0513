import { Secret } from '../../config/secret.ts';

/** A link that the broker keeps: whoever has its URL needs no token. */
export interface HeldLink {
  readonly alias: string;
  readonly url: Secret;
  readonly methods: readonly string[];
}

/** What stands before the name of a held link. */
export const HELD = 'entrada:held/';

/** An invocation is handed no more links than this. */
export const MAX_LINKS = 200;

/**
 * Links of one invocation. Graph hands out URLs that are authorized by themselves (upload sessions, downloads, progress of
 * long operations), at hosts that nobody can name beforehand: an extension gets a name for each, good for this invocation,
 * and never the URL.
 *
 * @see https://learn.microsoft.com/graph/api/driveitem-createuploadsession
 */
export class HeldLinks {
  readonly #links = new Map<string, HeldLink>();
  readonly #aliases = new Map<string, string>();

  /** The link of an alias; undefined for a name that was never given out. */
  find(alias: string): HeldLink | undefined {
    return this.#links.get(alias);
  }

  /** The alias of an URL, the same one each time; one that leads nowhere for what is no URL, or one too many. */
  hold(url: string, methods: readonly string[]): string {
    const key = `${methods.join()} ${url}`;
    const known = this.#aliases.get(key);
    if (known !== undefined) return known;
    if (!url.startsWith('https://') || this.#links.size >= MAX_LINKS) return `${HELD}none`;
    const alias = `${HELD}${this.#links.size + 1}`;
    this.#links.set(alias, { alias, url: new Secret(url), methods });
    this.#aliases.set(key, alias);
    return alias;
  }
}
