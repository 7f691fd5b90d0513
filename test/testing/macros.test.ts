import test, { type ExecutionContext } from 'ava';

import {
  allows,
  challenges,
  denies,
  enriches,
  fails,
  person,
  refusesConfig,
  type Scenario,
  type TestMacro,
} from '../../src/testing/index.ts';
import { writeExtension } from '../_support/world.ts';

const API = 'https://api.example.com';

const SOURCE = `export default {
  decide: async ({ principal }, ctx) => ANSWERS[principal.username](ctx),
  enrich: ({ principal }) => ({ claims: { who: principal.username } }),
};
const ANSWERS = {
  allowed: () => ({ decision: 'allow' }),
  denied: () => ({ decision: 'deny', code: 'no', message: 'No.' }),
  challenged: () => ({ decision: 'challenge', prompt: 'login' }),
  failing: () => undefined,
};`;

const teardown = (end: () => void): void => test.after.always(end);
const extension = writeExtension({ teardown }, 'macros', SOURCE, {
  requests: { fetch: [{ origin: API, allow: ['GET /**'] }], enrich: { claims: ['who'] } },
  config: { type: 'object', properties: { limit: { type: 'integer' } } },
});

const as = (username: string): Scenario => ({ extension, signIn: person(username) });

// As authors use them.
test('lets in', allows, as('allowed'));
test('denies by code', denies, as('denied'), 'no');
test('denies by text', denies, as('denied'), { message: 'No.' });
test('challenges', challenges, as('challenged'), { prompt: 'login' });
test('fails', fails, as('failing'), { kind: 'invalid_result' });
test('enriches', enriches, as('jane'), { claims: { who: 'jane' } });
test('refuses the config', refusesConfig, as('jane'), { limit: 'many' });
test(allows, as('allowed'));

/** A macro run with assertions of another test: whether they hold. */
async function holds<Args extends readonly unknown[]>(
  t: ExecutionContext,
  macro: TestMacro<Args>,
  ...given: Args
): Promise<boolean> {
  const attempt = await t.try(async (inner) => macro.exec(inner, ...given));
  attempt.discard();
  return attempt.passed;
}

test('a macro does not pass for what is otherwise', async (t) => {
  t.false(await holds(t, allows, as('denied')));
  t.false(await holds(t, allows, as('failing')));
  t.false(await holds(t, denies, as('allowed'), 'no'));
  t.false(await holds(t, denies, as('denied'), 'other'));
  t.false(await holds(t, denies, as('failing'), {}));
  t.false(await holds(t, challenges, as('challenged'), { prompt: 'consent' }));
  t.false(await holds(t, fails, as('allowed'), {}));
  t.false(await holds(t, enriches, as('jane'), {}));
  t.false(await holds(t, refusesConfig, as('jane'), { limit: 1 }));
});

test('a macro does not pass while a canned answer is left', async (t) => {
  t.true(await holds(t, allows, { ...as('allowed'), http: {} }));
  t.false(await holds(t, allows, { ...as('allowed'), http: { [`GET ${API}/a`]: {} } }));
});

test('titles that are left out say what is expected', (t) => {
  t.is(denies.title(undefined, as('denied'), 'no'), 'denies: no');
  t.is(denies.title(undefined, as('denied'), { code: 'no' }), 'denies: no');
  t.is(fails.title(undefined, as('failing'), { kind: 'cpu' }), 'fails: cpu');
  t.is(allows.title('somebody', as('allowed')), 'somebody');
});
