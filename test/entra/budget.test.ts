import test from 'ava';

import { createBudget } from '../../src/entra/budget.ts';
import { EntraUnavailableError } from '../../src/entra/entra-error.ts';
import { DEFAULT_LIMITS } from '../../src/entra/limits.ts';

const overspent = { instanceOf: EntraUnavailableError, code: 'ENTRA_TIME_BUDGET' };

test('the calls of a sign-in share its time, and without any left no call begins', (t) => {
  let now = 0;
  const budget = createBudget(() => now, { ...DEFAULT_LIMITS, backChannelMs: 30, requestMs: 20 });
  t.is(budget.nextCall(), 20);
  now = 25;
  t.is(budget.nextCall(), 5);
  now = 31;
  t.is(budget.remaining(), 0);
  t.throws(() => budget.nextCall(), overspent);
});

test('work of others is waited for as long as there is time', async (t) => {
  const budget = createBudget(() => 0, { ...DEFAULT_LIMITS, backChannelMs: 5 });
  t.is(await budget.within(Promise.resolve(7)), 7);
  await t.throwsAsync(budget.within(new Promise(() => undefined)), overspent);
});
