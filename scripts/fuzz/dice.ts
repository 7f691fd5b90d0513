/** Numbers that look like chance and come again with the same seed (xorshift32). */
export class Dice {
  #state: number;

  /** @param seed Any whole number but 0 stands for itself. */
  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % limit;
  }

  /** One of a list. */
  pick<Value>(values: readonly [Value, ...Value[]]): Value {
    return values[this.below(values.length)] ?? values[0];
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  /** So many of something, at least one. */
  some<Value>(most: number, make: () => Value): readonly Value[] {
    return Array.from({ length: 1 + this.below(most) }, make);
  }
}
