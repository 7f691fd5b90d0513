import { EntradaError } from '../../errors.ts';

/**
 * Refuses a seed in which two have one name or id. Case makes no difference to Entra, so that one of them could be nobody.
 *
 * @param what Where they stand in the seed.
 * @throws {EntradaError} `EMULATOR_SEED_INVALID`
 */
export function refuseDoubles(what: string, key: string, values: readonly string[]): void {
  const seen = new Set<string>();
  for (const value of values) {
    const known = value.toLowerCase();
    if (seen.has(known)) throw double(what, key, value);
    seen.add(known);
  }
}

function double(what: string, key: string, value: string): EntradaError {
  return new EntradaError('EMULATOR_SEED_INVALID', `${what}: two have the ${key} "${value}".`, {
    next: `Give each of them a ${key} of its own; capitals make no difference.`,
  });
}
