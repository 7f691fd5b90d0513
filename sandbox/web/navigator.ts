/** `navigator`: says what this is, and nothing of the machine. */
import { defineInterface, illegalConstructor } from './webidl.ts';

const MAKE: unique symbol = Symbol('make');

export class Navigator {
  readonly #userAgent = 'Entrada';

  constructor(...given: unknown[]) {
    if (given[0] !== MAKE) illegalConstructor();
  }

  get userAgent(): string {
    return this.#userAgent;
  }
}
defineInterface(Navigator, 'Navigator');

export const navigator: Navigator = new Navigator(MAKE);
