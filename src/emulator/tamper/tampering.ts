import type { Channel } from '../tokens/group-claims.ts';
import type { TamperName } from './catalogue.ts';

/** For how long a switch is on. */
export interface TamperOptions {
  /** Uses after which it is off again. Default: until it is turned off. */
  readonly times?: number;
  /** ID tokens of one endpoint only. Default both. */
  readonly channel?: Channel;
}

interface Switch {
  left: number;
  readonly channel: Channel | undefined;
}

/** The switches of a tenant that make the emulator lie. */
export class Tampering {
  readonly #on = new Map<TamperName, Switch>();

  /** Turns a switch on. */
  on(name: TamperName, { times = Infinity, channel }: TamperOptions = {}): void {
    this.#on.set(name, { left: times, channel });
  }

  /** Turns a switch off, or all. */
  off(name?: TamperName): void {
    if (name === undefined) this.#on.clear();
    else this.#on.delete(name);
  }

  /** Names of the switches that are on. */
  get active(): readonly TamperName[] {
    return [...this.#on.keys()];
  }

  /** True when the switch is on; counts as one use. */
  use(name: TamperName, channel?: Channel): boolean {
    const found = this.#on.get(name);
    const meant =
      found?.channel === undefined || channel === undefined || found.channel === channel;
    if (found === undefined || !meant) return false;
    found.left -= 1;
    if (found.left <= 0) this.#on.delete(name);
    return true;
  }

  /** Those of a table's switches that are on, in the order in which they were turned on; each counts as used. */
  pick<Value>(
    table: { readonly [name in TamperName]?: Value },
    channel?: Channel,
  ): readonly Value[] {
    return this.active.flatMap((name) => {
      const value = table[name];
      return value !== undefined && this.use(name, channel) ? [value] : [];
    });
  }
}
