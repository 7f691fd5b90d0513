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
const MAX_LINKS = 200;

/** Members of answers whose value is an URL that carries its own authorization, and what can be done there. */
const MEMBERS: { readonly [member: string]: readonly string[] } = {
  uploadUrl: ['PUT', 'GET', 'DELETE'],
  '@microsoft.graph.downloadUrl': ['GET', 'HEAD'],
  '@content.downloadUrl': ['GET', 'HEAD'],
};

const LOOKS_LIKE_ONE = /"(?:uploadUrl|@microsoft\.graph\.downloadUrl|@content\.downloadUrl)"/;

/**
 * Links of one invocation. Graph hands out URLs that are authorized by themselves (upload sessions, downloads, progress of
 * long operations), at hosts that nobody can name beforehand: an extension gets a name for each, good for this invocation,
 * and never the URL.
 *
 * @see https://learn.microsoft.com/graph/api/driveitem-createuploadsession
 */
export class HeldLinks {
  readonly #links = new Map<string, HeldLink>();

  /** The link of an alias; undefined for a name that was never given out. */
  find(alias: string): HeldLink | undefined {
    return this.#links.get(alias);
  }

  /** The alias of an URL, the same one each time. */
  hold(url: string, methods: readonly string[]): string {
    for (const link of this.#links.values()) if (link.url.reveal() === url) return link.alias;
    if (this.#links.size >= MAX_LINKS) return `${HELD}none`;
    const alias = `${HELD}${this.#links.size + 1}`;
    this.#links.set(alias, { alias, url: new Secret(url), methods });
    return alias;
  }

  /** The body with aliases in place of URLs that are authorized by themselves; the same body when there are none. */
  inBody(body: Uint8Array, contentType: string): Uint8Array {
    if (!/\bjson\b/i.test(contentType)) return body;
    const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
    if (!LOOKS_LIKE_ONE.test(text)) return body;
    try {
      return Buffer.from(
        JSON.stringify(JSON.parse(text, (name, value) => this.#swap(name, value))),
      );
    } catch {
      return body; // not JSON, whatever it calls itself: nothing in it is a member
    }
  }

  #swap(name: string, value: unknown): unknown {
    const methods = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (!methods || typeof value !== 'string' || !value.startsWith('https://')) return value;
    return this.hold(value, methods);
  }
}
