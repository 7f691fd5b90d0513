import test from 'ava';
import { allows, challenges, person, refusesConfig, type Scenario } from 'entrada/testing';

const extension = new URL('..', import.meta.url);
const config = { context: 'c1', groups: ['Finance', 'Legal'] };
const jane = person().inGroups('Staff', 'Finance');

const by = (signIn: Scenario['signIn'] & object): Scenario => ({ extension, config, signIn });
const C1 = { claims: { id_token: { acrs: { essential: true, value: 'c1' } } } };

test('members of other groups are let in', allows, by(person().inGroups('Staff')));
test('members have to prove more', challenges, by(jane), C1);
test('members who did are let in', allows, by(jane.withClaims({ acrs: ['c2', 'c1'] })));
test('a context as a text is read', allows, by(jane.withClaims({ acrs: 'c1' })));
test('another context is not this one', challenges, by(jane.withClaims({ acrs: ['c10'] })), C1);
test(
  'a claim of another form proves nothing',
  challenges,
  by(jane.withClaims({ acrs: { c1: true } })),
  C1,
);
test(
  'a context that Entra does not have is refused',
  refusesConfig,
  { extension },
  { ...config, context: 'c100' },
);
