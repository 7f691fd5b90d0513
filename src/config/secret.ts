import { inspect } from 'node:util';

import { beginningsOf, MIN_LENGTH } from './secret-forms.ts';

/** Every secret that is alive, by how its forms begin, so that whoever writes text can look for it. */
const alive = new Map<string, Set<WeakRef<Secret>>>();

/** How many beginnings there are with these two characters in their places: what rules out nearly every place of a text. */
const crowd = new Uint32Array(1 << 16);

const forget = new FinalizationRegistry<readonly [WeakRef<Secret>, readonly string[]]>(
  ([reference, beginnings]) => {
    for (const beginning of beginnings) {
      const found = alive.get(beginning);
      found?.delete(reference);
      if (found?.size !== 0) continue;
      alive.delete(beginning);
      crowd[slotOf(beginning, 0)]! -= 1;
    }
  },
);

function remember(secret: Secret, value: string): void {
  const reference = new WeakRef(secret);
  const beginnings = beginningsOf(value);
  for (const beginning of beginnings) {
    const found = alive.get(beginning);
    if (found) {
      found.add(reference);
      continue;
    }
    alive.set(beginning, new Set([reference]));
    crowd[slotOf(beginning, 0)]! += 1;
  }
  forget.register(secret, [reference, beginnings]);
}

/** By the second and the last but one of the characters: the first ones of tokens are all alike. */
const slotOf = (text: string, at: number): number =>
  ((text.charCodeAt(at + 1) << 8) ^ text.charCodeAt(at + MIN_LENGTH - 2)) & 0xffff;

/**
 * A value that prints as `[secret]` wherever it could be printed: in a template, in JSON, in `util.inspect`. Only
 * `reveal()` gives it, so that a search for that word finds every place where a secret is used. From its making to its
 * collection it is known to `maskSecrets`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    remember(this, value);
  }

  /** The value itself. Give it to the one call that needs it and keep it nowhere. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: () => '[secret]' });
  }
}

/**
 * Every secret in memory of which a text may hold a form, or what one begins with: all that are in it, and few others. The
 * cost is that of the text's length, however many secrets there are.
 */
export function secretsThatMayStandIn(text: string): ReadonlySet<Secret> {
  const found = new Set<Secret>();
  for (let at = 0; at <= text.length - MIN_LENGTH; at++) {
    if (crowd[slotOf(text, at)] === 0) continue;
    for (const reference of alive.get(text.slice(at, at + MIN_LENGTH)) ?? []) {
      const secret = reference.deref();
      if (secret) found.add(secret);
    }
  }
  return found;
}
