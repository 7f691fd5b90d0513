import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import test from 'ava';

import {
  asksGraph,
  byItself,
  GRAPH,
  heard,
  listener,
  logged,
  TELL,
} from '../_support/listeners.ts';
import { testClock } from '../_support/open-store.ts';
import { startWorld } from '../_support/world.ts';

const MINUTE = 60_000;

test('a schedule runs when it is due, once for all that was missed, as the application', async (t) => {
  const clock = testClock(); // a Monday, 09:00 UTC
  const { requests, grant } = asksGraph;
  const code = `export default {
    schedule: async (run, ctx) => {
      const headers = { authorization: 'Bearer ' + ctx.token('${GRAPH}') };
      const { status } = await fetch('${GRAPH}/v1.0/users', { headers });
      console.log('heard', JSON.stringify({ ...run, name: status }));
    },
  };`;
  const source = listener(t, code, { requests, schedule: '0 3 * * *' });
  const extensions = [{ source, grant }];
  const world = await startWorld(t, { clock, extensions, tenant: byItself });
  await world.gateway.events?.idle();
  t.deepEqual(heard(world), []);
  const [first, last] = [Date.UTC(2026, 0, 6, 3), Date.UTC(2026, 0, 9, 3)];
  clock.now = first;
  await world.gateway.events?.idle();
  t.like(heard(world)[0], { name: 200, at: first, attempt: 1 });
  clock.now = last - MINUTE;
  await world.gateway.events?.idle();
  t.is(heard(world).length, 2, 'one for two days that were missed');
  clock.now = last;
  await world.gateway.events?.idle();
  t.is(heard(world)[2]?.at, last);
});

test('a schedule that fails is tried again until the next run is due', async (t) => {
  const clock = testClock();
  const code = `${TELL}
    export default { schedule: (run) => { tell({ ...run, name: 'run' }); throw new Error('down'); } };`;
  const source = listener(t, code, {
    schedule: { cron: '*/1 * * * *', timezone: 'Europe/Bucharest' },
  });
  const world = await startWorld(t, { clock, extensions: [{ source }] });
  clock.now += MINUTE;
  await world.gateway.events?.idle();
  for (const seconds of [5, 15]) {
    clock.now += seconds * 1000;
    await world.gateway.events?.idle();
  }
  t.is(logged(world, 'schedule_overtaken').length, 1, '45 s more would be after the next run');
  clock.now += 40_000;
  await world.gateway.events?.idle();
  t.deepEqual(
    heard(world).map(({ at, attempt }) => [(at - heard(world)[0]!.at) / MINUTE, attempt]),
    [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 1],
    ],
  );
});

test('a gateway whose store fails as it reads extensions again goes on, and says so', async (t) => {
  const world = await startWorld(t);
  using database = new DatabaseSync(path.join(world.folder, 'var/entrada.db'));
  database.exec('ALTER TABLE message RENAME TO message_elsewhere');
  const { ok } = await world.gateway.reload();
  database.exec('ALTER TABLE message_elsewhere RENAME TO message');
  t.true(ok);
  t.regex(world.lines.join(''), /schedules of new versions are not followed yet/);
  const { signedIn } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
});
