import test from 'ava';
import fc from 'fast-check';
import { nearest } from '../../../src/config/document/nearest.ts';

const KEYS = ['directory_id', 'application_id', 'client_id', 'base_groups', 'base_roles', 'type'];

test('nearest finds the key that was meant', (t) => {
  const slips = {
    directory_id: ['directoryId', 'directory-id', 'dirctory_id', 'directory_di', 'DIRECTORY_ID'],
    base_groups: ['base_group', 'bsae_groups', 'basegroups'],
    client_id: ['cilent_id', 'client id'],
    type: ['tpye', 'typ'],
  };
  for (const [key, words] of Object.entries(slips)) {
    for (const word of words) t.is(nearest(word, KEYS), key, word);
  }
});

test('nearest finds nothing for what is something else', (t) => {
  for (const word of ['', 'x', 'password', 'session', 'a'.repeat(1000)]) {
    t.is(nearest(word, KEYS), undefined, word);
  }
  t.is(nearest('m3', ['m1', 'm2']), undefined);
});

test('nearest finds a candidate for itself, and only candidates', (t) => {
  const word = fc.stringMatching(/^[a-z_]{3,20}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), word, (candidates, other) => {
      const [first = ''] = candidates;
      t.truthy(nearest(first, [first]));
      const found = nearest(other, candidates);
      t.true(found === undefined || candidates.includes(found));
    }),
  );
});
