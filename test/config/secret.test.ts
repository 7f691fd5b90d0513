import { inspect } from 'node:util';
import test from 'ava';
import { Secret } from '../../src/config/secret.ts';

test('Secret gives its value to reveal alone', (t) => {
  const secret = new Secret('hunter2');
  t.is(secret.reveal(), 'hunter2');
  const shown = [
    String(secret),
    secret.toString(),
    [secret].join(),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    Object.getOwnPropertyNames(secret).join(','),
  ];
  t.false(shown.join('\n').includes('hunter2'));
});

test('Secret does not survive a clone', (t) => {
  t.deepEqual(structuredClone(new Secret('hunter2')), {});
});
