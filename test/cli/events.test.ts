import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { testClock, type TestClock } from '../_support/open-store.ts';
import { runCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

/** Fails for everybody until the operator mends what it needs: here, until it was tried nine times. */
const NOTICE = `export default {
  events: {
    'signIn.succeeded': async (event) => {
      if (event.attempt < 9) throw new Error('no such channel');
      console.log('sent', event.principal.username);
    },
  },
};`;

function events({ folder }: World, ...args: readonly string[]): ReturnType<typeof runCli> {
  return runCli(['events', ...args, '--config', path.join(folder, 'entrada.yaml')]);
}

/** A world with an event that was given up. */
async function withDeadEvent(t: ExecutionContext): Promise<{ world: World; clock: TestClock }> {
  const clock = testClock();
  const world = await startWorld(t, {
    clock,
    extensions: [{ source: writeExtension(t, 'notice', NOTICE) }],
  });
  await world.signIn('jane@contoso.example');
  for (let attempt = 1; attempt <= 8; attempt++) {
    await world.gateway.events?.idle();
    clock.now += 3_600_000;
  }
  return { world, clock };
}

test('events that were given up are listed, shown and tried again', async (t) => {
  const { world } = await withDeadEvent(t);
  const id = `${world.records[0]!.id}.signIn.succeeded.notice`;
  const { code, stdout } = await events(world, 'list', '--state', 'dead');
  t.is(code, 0);
  t.regex(stdout, /^EVENT +EXTENSION +NAME +STATE/);
  t.regex(stdout, /notice +signIn\.succeeded +dead .* 8 +THROWN: Error: no such channel/);

  const shown = await events(world, 'show', id);
  t.regex(shown.stdout, /failure +throw THROWN: Error: no such channel/);
  t.regex(shown.stdout, /at .*index\.ts:4:36/);
  t.regex(shown.stdout, /"username": "jane"/);
  const asObject = JSON.parse((await events(world, 'show', id, '--json')).stdout);
  t.like(asObject, { id, state: 'dead', tokens: 'session', attempts: 8 });

  const replayed = await events(world, 'replay', id);
  t.is(replayed.stderr, 'One event is tried again.\n');
  await world.gateway.events?.idle();
  t.true(world.lines.some((line) => line.includes('"sent jane"')));
  t.deepEqual(JSON.parse((await events(world, 'list', '--json')).stdout), { events: [] });
  t.is((await events(world, 'list')).stderr, 'There are no such events.\n');
  t.is((await events(world, 'show', id)).code, 1);
});

test('all events of an extension that were given up are tried again, or thrown away', async (t) => {
  const { world } = await withDeadEvent(t);
  const other = ['--dead', '--extension', 'other', '--json'];
  t.deepEqual(JSON.parse((await events(world, 'replay', ...other)).stdout), { replayed: 0 });
  const own = ['--dead', '--extension', 'notice', '--json'];
  t.deepEqual(JSON.parse((await events(world, 'discard', ...own)).stdout), { discarded: 1 });
  t.deepEqual(JSON.parse((await events(world, 'discard', ...own)).stdout), { discarded: 0 });
});

test('an event that is named and all that are dead are not asked for at once, and neither is none', async (t) => {
  for (const args of [
    ['replay'],
    ['replay', 'an-id', '--dead'],
    ['discard'],
    ['discard', '--extension', 'notice'],
    ['list', '--state', 'gone'],
  ]) {
    const { code, stderr } = await runCli(['events', ...args], { cwd: temporaryFolder(t) });
    t.is(code, 2, args.join(' '));
    t.regex(stderr, /name an event|--state/);
  }
});

test('an event that is not there is said to be none', async (t) => {
  const world = await startWorld(t, {
    extensions: [{ source: writeExtension(t, 'notice', NOTICE) }],
  });
  for (const command of ['show', 'replay', 'discard']) {
    const { code, stderr } = await events(world, command, 'an-id');
    t.is(code, 1);
    t.regex(stderr, /^✖ there is no such event: .* "entrada events list" prints it\n$/, command);
  }
});

test('without a running gateway events fail, and say how to start one', async (t) => {
  const { code, stderr } = await runCli(['events', 'list'], { cwd: temporaryFolder(t) });
  t.is(code, 1);
  t.regex(stderr, /entrada serve/);
});
