import test, { type ExecutionContext } from 'ava';

import { OPEN_MS } from '../../src/extensions/breaker.ts';
import { testClock } from '../_support/open-store.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

/** Waits for ever, denies or allows, as the page that was asked for says. */
const GATE = `export default {
  async decide(signIn) {
    if (signIn.request.path.includes('slow')) await new Promise(() => {});
    return signIn.request.path.includes('no')
      ? { decision: 'deny', code: 'no' }
      : { decision: 'allow' };
  },
};`;

const PEOPLE = ['jane', 'lena', 'farid', 'jane', 'lena'];

interface Slow {
  readonly world: World;
  readonly clock: { now: number };
}

/** A world in which several people have waited in vain, one after the other. */
async function startSlow(t: ExecutionContext, more: object): Promise<Slow> {
  const clock = testClock();
  const source = writeExtension(t, 'gate', GATE);
  const extensions = [{ source, limits: { wall: '1s' }, ...more }];
  const world = await startWorld(t, { clock, extensions });
  for (const person of PEOPLE) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await world.signIn(`${person}@contoso.example`, { path: '/?slow' });
  }
  return { world, clock };
}

async function signIn(world: World, path: string) {
  const { record } = await world.signIn('adele@contoso.example', { path });
  const [run] = record.extensions;
  return { outcome: record.outcome, denial: record.denial, failure: run?.failure ?? null };
}

test('after several people waited in vain nobody waits, and the verdict is that of waiting', async (t) => {
  const { world, clock } = await startSlow(t, {});
  const waited = world.records.map(({ outcome, extensions: [run] }) => [
    outcome,
    run?.failure?.code,
  ]);
  t.deepEqual(
    waited,
    PEOPLE.map(() => ['failed', 'WALL']),
  );
  t.like(await signIn(world, '/?slow'), {
    outcome: 'failed',
    failure: { kind: 'timeout', code: 'FAILED_FAST' },
  });
  t.like(await signIn(world, '/'), { outcome: 'failed', failure: { code: 'FAILED_FAST' } });
  clock.now += OPEN_MS;
  t.like(await signIn(world, '/'), { outcome: 'allowed', failure: null });
});

test('where waiting in vain is forgiven, everybody is asked about all the same: nobody is let in for what others waited for', async (t) => {
  const forgiven = { on_failure: { timeout: 'allow' }, acknowledge_fail_open: true };
  const { world } = await startSlow(t, forgiven);
  t.deepEqual(new Set(world.records.map(({ outcome }) => outcome)), new Set(['allowed']));
  t.like(await signIn(world, '/?no'), { outcome: 'denied', denial: 'no', failure: null });
  t.like(await signIn(world, '/?slow'), { outcome: 'allowed', failure: { code: 'WALL' } });
});
