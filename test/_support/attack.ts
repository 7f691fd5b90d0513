import test from 'ava';

import { ATTACKS } from '../../src/extensions/doctor/attacks.ts';
import { Laboratory, leak, misjudged } from '../../src/extensions/doctor/laboratory.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';

/** One for all attacks of a process: what one of them left behind would be damage to the next. */
let laboratory: Laboratory | undefined;

test.after.always(async () => laboratory?.[Symbol.asyncDispose]());

async function openOnce(): Promise<Laboratory> {
  return (laboratory ??= await Laboratory.open({ platform: await loadPlatform() }));
}

/**
 * Tests that an attack of `entrada extension doctor` ends as it must, with nothing of the host in what it sees, and nothing
 * changed for another extension in the same process.
 */
export function holdsAgainst(name: string): void {
  const attack = ATTACKS.find((one) => one.name === name);
  if (!attack) throw new Error(`there is no attack ${name}`);
  test.serial(`${name}: code of an extension has no way ${attack.tries}`, async (t) => {
    const place = await openOnce();
    const attempt = await place.attempt(attack);
    t.is(misjudged(attack.ends, attempt), undefined, 'it ends as it must');
    t.is(leak(attempt), undefined, 'nothing of the host is in what it sees or leaves behind');
    t.is(await place.damage(), undefined, 'another extension finds its world as it was');
  });
}
