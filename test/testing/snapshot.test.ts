import test from 'ava';

import { decisionTable, madeUpSignIn, type TestHost } from '../../src/testing/index.ts';

type Answer = Awaited<ReturnType<TestHost['decide']>>;

const failed = { decision: null, failure: { kind: 'throw', code: 'THROWN' } };
const ANSWERS: { readonly [person: string]: object } = {
  jane: { decision: { decision: 'allow' }, failure: null },
  omar: { decision: { decision: 'deny', code: 'department' }, failure: null },
  lin: { decision: null, failure: null },
  broken: failed,
};

test('a table of decisions has a word for each person: what was decided, or how it failed', async (t) => {
  const decide: TestHost['decide'] = async ({ principal }) => ANSWERS[principal.username] as Answer;
  const people = Object.keys(ANSWERS).map((username) => [username, madeUpSignIn({ username })]);
  t.deepEqual(await decisionTable({ decide }, Object.fromEntries(people)), {
    jane: 'allow',
    omar: 'deny department',
    lin: 'nothing',
    broken: 'throw THROWN',
  });
});
