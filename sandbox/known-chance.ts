/** Chance that a recording or a replay knows: `Math.random` draws from the same bytes as `crypto` does. */
import { randomBytes } from './web/random.ts';
import { ReflectDefineProperty } from './web/primordials.ts';

/** A double has 53 bits. */
const BYTES = 7;
const LAST_BITS = 32;

/** Puts a `Math.random` into the realm whose bytes are the runner's. Called before guest code. */
export function drawFromRunner(global: typeof globalThis): void {
  ReflectDefineProperty(global.Math, 'random', {
    __proto__: null,
    value: { random }.random,
    writable: true,
    enumerable: false,
    configurable: true,
  } as never);
}

function random(): number {
  const bytes = randomBytes(BYTES);
  let value = 0;
  for (let index = 0; index < BYTES - 1; index++) value = value * 256 + bytes[index]!;
  return (value * LAST_BITS + (bytes[BYTES - 1]! & (LAST_BITS - 1))) / 2 ** 53;
}
