import { inspect } from 'node:util';

/** Every secret that is alive, so that whoever writes text can look for it. */
const alive = new Set<WeakRef<Secret>>();
const forget = new FinalizationRegistry<WeakRef<Secret>>((reference) => alive.delete(reference));

/**
 * A value that prints as `[secret]` wherever it could be printed: in a template, in JSON, in `util.inspect`. Only
 * `reveal()` gives it, so that a search for that word finds every place where a secret is used. From its making to its
 * collection it is known to `maskSecrets`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    const reference = new WeakRef(this);
    alive.add(reference);
    forget.register(this, reference);
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
 * Every secret that is in memory now.
 *
 * @yields One after the other, in no order.
 */
export function* livingSecrets(): Generator<Secret> {
  for (const reference of alive) {
    const secret = reference.deref();
    if (secret) yield secret;
  }
}
