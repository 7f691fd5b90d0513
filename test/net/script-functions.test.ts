import test from 'ava';

import { scriptFunctions } from '../../src/net/script-functions.ts';

/** Asks `isInNet` of a machine that knows one name. */
function isInNet(...given: readonly unknown[]): unknown {
  const lookUp = (name: string): string | null => (name === 'here.test' ? '10.1.2.3' : null);
  return scriptFunctions(lookUp, '10.0.0.1').get('isInNet')?.(...given);
}

test('an address is in a network when the bits of the mask are the same', (t) => {
  t.true(isInNet('here.test', '10.1.0.0', '255.255.0.0'));
  t.false(isInNet('here.test', '10.2.0.0', '255.255.0.0'));
  t.true(isInNet('10.1.9.9', '10.1.0.0', '255.255.0.0'));
});

test('a name that does not resolve, and a network that is none, hold no address', (t) => {
  t.false(isInNet('nowhere.test', '0.0.0.0', '0.0.0.0'));
  t.false(isInNet('here.test', 'anything', '0.0.0.0'));
  t.false(isInNet('here.test', '0.0.0.0', 'no mask'));
});
