/**
 * `performance`, as far as time goes.
 *
 * @see https://w3c.github.io/hr-time/
 */
import { now, timeOrigin } from './clock.ts';
import { EventTarget } from './event-target.ts';
import { defineInterface, illegalConstructor } from './webidl.ts';

const MAKE: unique symbol = Symbol('make');

export class Performance extends EventTarget {
  readonly #brand = true;

  constructor(...given: unknown[]) {
    if (given[0] !== MAKE) illegalConstructor();
    super();
  }

  get timeOrigin(): number {
    return (void this.#brand, timeOrigin());
  }

  now(): number {
    return (void this.#brand, now());
  }

  toJSON(): { timeOrigin: number } {
    return (void this.#brand, { timeOrigin: timeOrigin() });
  }
}
defineInterface(Performance, 'Performance');

export const performance: Performance = new Performance(MAKE);
