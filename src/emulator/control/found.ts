import { EntradaError } from '../../errors.ts';

/**
 * What was looked up by name.
 *
 * @throws {EntradaError} `EMULATOR_UNKNOWN` when there is none.
 */
export function found<Thing>(thing: Thing | undefined, kind: string, name: string): Thing {
  if (thing !== undefined) return thing;
  throw new EntradaError('EMULATOR_UNKNOWN', `The emulator has no ${kind} "${name}".`, {
    next: `Add it to the seed, or name a ${kind} that is there.`,
  });
}
