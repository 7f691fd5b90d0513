import test from 'ava';

import { holds, isAmong } from '../../src/extensions/when.ts';
import { madeUpSignIn } from '../../src/testing/made-up.ts';

const ANY = { services: [], groups: [], roles: [] };
const signIn = {
  service: { type: 'forward-auth', path: '/auth' },
  principal: {
    ...madeUpSignIn().principal,
    groups: [{ id: 'staff', name: 'Staff' }],
    roles: [{ id: 'help', name: 'Helpdesk' }],
  },
};

test('where nothing is said, an extension runs at every sign-in', (t) => {
  t.true(holds(ANY, signIn));
  t.true(isAmong('x', []));
});

for (const [name, when, expected] of [
  ['the type of the service', { services: ['file-browser', 'forward-auth'] }, true],
  ['another type of service', { services: ['file-browser'] }, false],
  ['a group of the person, by its name', { groups: ['Finance', 'Staff'] }, true],
  ['the id of a group', { groups: ['staff'] }, false],
  ['a group of other people', { groups: ['Finance'] }, false],
  ['a role of the person', { roles: ['Helpdesk'] }, true],
  ['a role of other people', { roles: ['Administrators'] }, false],
  ['one that holds and one that does not', { groups: ['Staff'], roles: ['x'] }, false],
] as const) {
  test(`a condition of ${name} ${expected ? 'holds' : 'does not hold'}`, (t) => {
    t.is(holds({ ...ANY, ...when }, signIn), expected);
  });
}
