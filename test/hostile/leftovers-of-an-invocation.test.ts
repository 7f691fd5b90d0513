import test from 'ava';

import { startWorld, writeExtension } from '../_support/world.ts';

/** Counts how often it ran, by every place that outlives a call; a later run tells what it found. */
const COUNTING = `
let inModule = 0;
export default {
  decide(signIn) {
    const found = [
      (inModule += 1),
      (globalThis.inGlobal = (globalThis.inGlobal ?? 0) + 1),
      (Array.prototype.inPrototype = ([].inPrototype ?? 0) + 1),
      (fetch.inFunction = (fetch.inFunction ?? 0) + 1),
      Object.keys(globalThis).filter((name) => name === 'someone').length,
    ];
    globalThis.someone = signIn.principal;
    setTimeout(() => console.log('a timer of', signIn.principal.username), 50);
    return { decision: 'deny', code: 'found', reason: JSON.stringify(found) };
  },
};`;

test('nothing of an invocation is there in the next one: no global, no prototype, no module', async (t) => {
  const source = writeExtension(t, 'counting', COUNTING);
  const world = await startWorld(t, { extensions: [{ source }] });
  const reasons: (string | null)[] = [];
  for (const person of ['jane', 'lena', 'jane']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, in the same runner
    const { record } = await world.signIn(`${person}@contoso.example`);
    reasons.push(record.reason);
  }
  t.deepEqual(
    reasons,
    Array.from({ length: 3 }, () => 'counting: [1,1,1,1,0]'),
  );
});

test('no timer of an invocation fires after its end', async (t) => {
  const source = writeExtension(t, 'counting', COUNTING);
  const world = await startWorld(t, { extensions: [{ source }] });
  await world.signIn('jane@contoso.example');
  await world.signIn('lena@contoso.example');
  t.deepEqual(
    world.lines.filter((line) => line.includes('a timer of')),
    [],
  );
});

const TELLING_TIME = `
export default {
  decide: () => ({ decision: 'deny', code: 'found', reason: String(Date.now() - performance.timeOrigin) }),
};`;

test('no clock of an invocation tells when the one before ended', async (t) => {
  const source = writeExtension(t, 'telling-time', TELLING_TIME);
  const world = await startWorld(t, { extensions: [{ source }] });
  await world.signIn('jane@contoso.example');
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // its isolate is made ready at once, for whoever comes next
  const { record } = await world.signIn('lena@contoso.example');
  const ago = Number(record.reason?.replace('telling-time: ', ''));
  t.true(ago < 1_000, `the clock began ${ago} ms before`);
});
