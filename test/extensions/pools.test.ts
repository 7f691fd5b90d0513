import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { RunnerPools } from '../../src/extensions/pools.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

const DEAD = path.resolve(import.meta.dirname, '../_support/dead-runner.ts');
const LIVING = path.resolve(import.meta.dirname, '../_support/lying-runner.ts');

function startPools(
  t: ExecutionContext,
  entry: string,
  report: (event: string) => void = () => undefined,
): RunnerPools {
  const pools = new RunnerPools({ platform: '', runners: 2, entry, report });
  t.teardown(() => pools[Symbol.asyncDispose]());
  return pools;
}

const trust = (id: string, owner: string | null, dedicated = false) => ({ id, owner, dedicated });

test('extensions of the operator share a pool; those of each owner, and each with a raw token, have their own', async (t) => {
  const pools = startPools(t, LIVING);
  const own = await pools.of(trust('a', null));
  const team = await pools.of(trust('c', 'team'));
  const raw = await pools.of(trust('e', null, true));
  t.is(await pools.of(trust('b', null)), own);
  t.is(await pools.of(trust('d', 'team')), team);
  const all = [
    own,
    team,
    await pools.of(trust('d', 'other')),
    raw,
    await pools.of(trust('f', null, true)),
  ];
  t.is(new Set(all).size, all.length);
  t.is(new Set(all.flatMap(({ pids }) => pids)).size, pools.pids.length);
});

test('runners that are started before anybody asks are those that the first who asks gets', async (t) => {
  const pools = startPools(t, LIVING);
  pools.prepare();
  const pool = await pools.of(trust('a', null));
  t.is(pool.pids.length, 2);
  t.deepEqual(pools.pids, pool.pids);
});

test('that runners do not start before anybody asks is reported, and told to who asks', async (t) => {
  const reported: string[] = [];
  const pools = startPools(t, DEAD, (event) => void reported.push(event));
  pools.prepare();
  await t.throwsAsync(pools.of(trust('a', null)), { code: 'EXTENSION_RUNNER_LOST' });
  t.true(reported.includes('runner_lost'));
});

test('what shares no process where people wait shares none in the background', async (t) => {
  const pools = startPools(t, LIVING);
  const all = [
    await pools.of(trust('a', 'team')),
    await pools.inBackground(trust('a', 'team')),
    await pools.inBackground(trust('b', 'other')),
    await pools.inBackground(trust('c', null)),
  ];
  t.is(new Set(all).size, all.length);
});

test('a pool that does not start is an error of who asks, and is started anew for the next one', async (t) => {
  const pools = startPools(t, DEAD);
  for (const attempt of [1, 2]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await t.throwsAsync(
      pools.of(trust('a', 'team')),
      { code: 'EXTENSION_RUNNER_LOST' },
      `${attempt}`,
    );
  }
  t.true(pools.ready, 'nothing is left of it that others would wait for');
  t.deepEqual(pools.pids, []);
});

test('extensions for which others answer run in processes of their own, by the configuration', async (t) => {
  const code = "export default { decide: () => ({ decision: 'allow' }) };";
  const extensions = [
    { source: writeExtension(t, 'own', code) },
    { source: writeExtension(t, 'own-too', code) },
    { source: writeExtension(t, 'supplied', code), owner: 'supplier' },
  ];
  const world = await startWorld(t, { extensions });
  t.is(world.gateway.runners.length, 2);
  t.true((await world.signIn('jane@contoso.example')).signedIn);
});
