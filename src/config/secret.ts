import { inspect } from 'node:util';

/**
 * A value that prints as `[secret]` wherever it could be printed: in a template, in JSON, in `util.inspect`. Only
 * `reveal()` gives it, so that a search for that word finds every place where a secret is used.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
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
