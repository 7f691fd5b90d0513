import test, { type ExecutionContext } from 'ava';

import {
  accepts,
  allows,
  challenges,
  denies,
  enriches,
  fails,
  failsToHear,
  hears,
  passesOn,
  person,
  refusesConfig,
  rejects,
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

const BEHIND = `export default {
  authenticate: ({ username }) => VERDICTS[username](),
  events: {
    'signIn.succeeded': () => undefined,
    'session.ended': () => { throw new Error('later'); },
  },
};
const VERDICTS = {
  ada: () => ({ verdict: 'accept', id: '7', username: 'ada' }),
  eve: () => ({ verdict: 'reject', code: 'no' }),
  jane: () => ({ verdict: 'next' }),
  sam: () => undefined,
};`;

const behind = {
  extension: writeExtension({ teardown }, 'behind', BEHIND, { requests: { password: true } }),
};
const typed = (username: string) => ({ username, password: 'correct horse battery' });
const ADA = { id: '7', username: 'ada' };
const event = person().signIn();

test('accepts', accepts, behind, typed('ada'), ADA);
test('rejects', rejects, behind, typed('eve'), 'no');
test('passes on', passesOn, behind, typed('jane'));
test('hears', hears, behind, 'signIn.succeeded', event);
test('fails to hear', failsToHear, behind, 'session.ended', event, { kind: 'throw' });

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

test('a macro of what stands behind a sign-in does not pass for what is otherwise', async (t) => {
  t.false(await holds(t, accepts, behind, typed('ada'), { id: '8' }));
  t.false(await holds(t, accepts, behind, typed('eve'), ADA));
  t.false(await holds(t, accepts, behind, typed('sam'), ADA));
  t.false(await holds(t, rejects, behind, typed('eve'), 'other'));
  t.false(await holds(t, rejects, behind, typed('sam'), 'no'));
  t.false(await holds(t, passesOn, behind, typed('ada')));
  t.false(await holds(t, passesOn, behind, typed('sam')));
  t.false(await holds(t, hears, behind, 'session.ended', event));
  t.false(await holds(t, hears, behind, 'signIn.denied', event));
  t.false(await holds(t, failsToHear, behind, 'signIn.succeeded', event, {}));
  t.false(await holds(t, failsToHear, behind, 'session.ended', event, { kind: 'cpu' }));
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
