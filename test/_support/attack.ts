import test from 'ava';

import { ATTACKS } from '../../src/extensions/doctor/attacks.ts';
import { Laboratory, leak, misjudged } from '../../src/extensions/doctor/laboratory.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';

/**
 * Tests that an attack of `entrada extension doctor` ends as it must, with nothing of the host in what it sees, and nothing
 * changed for another extension in the same process.
 */
export function holdsAgainst(name: string): void {
  const attack = ATTACKS.find((one) => one.name === name);
  if (!attack) throw new Error(`there is no attack ${name}`);
  test(`code of an extension has no way ${attack.tries}`, async (t) => {
    await using laboratory = await Laboratory.open({ platform: await loadPlatform() });
    const attempt = await laboratory.attempt(attack);
    t.is(misjudged(attack.ends, attempt), undefined, 'it ends as it must');
    t.is(leak(attempt), undefined, 'nothing of the host is in what it sees or leaves behind');
    t.is(await laboratory.damage(), undefined, 'another extension finds its world as it was');
  });
}
