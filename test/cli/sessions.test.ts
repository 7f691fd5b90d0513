import path from 'node:path';

import test from 'ava';

import { runCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { startWorld, type World } from '../_support/world.ts';

function sessions({ folder }: World, ...args: readonly string[]): ReturnType<typeof runCli> {
  return runCli(['sessions', ...args, '--config', path.join(folder, 'entrada.yaml')]);
}

test('sessions list shows who is signed in, as a table and as an object', async (t) => {
  const world = await startWorld(t);
  t.is((await sessions(world, 'list')).stdout, '');
  await world.signIn('jane@contoso.example');
  await world.signIn('lena@contoso.example');
  const { code, stdout } = await sessions(world, 'list');
  t.is(code, 0);
  t.regex(stdout, /^SESSION +PERSON +SERVICE/);
  t.regex(stdout, /\bjane\b/);
  const { sessions: listed } = JSON.parse((await sessions(world, 'list', '--json')).stdout);
  t.is(listed.length, 2);
  t.like(
    listed.find(({ person }: { person: { username: string } }) => person.username === 'jane'),
    { service: { type: 'file-browser', path: '/' } },
  );
});

test('sessions list --person shows one person', async (t) => {
  const world = await startWorld(t);
  await world.signIn('jane@contoso.example');
  await world.signIn('lena@contoso.example');
  const { stdout } = await sessions(world, 'list', '--person', 'lena', '--json');
  t.like(JSON.parse(stdout), { sessions: [{ person: { username: 'lena' } }] });
});

test('sessions revoke ends one session by its id, and no other', async (t) => {
  const world = await startWorld(t);
  await world.signIn('jane@contoso.example');
  const visitor = world.visitor();
  await world.signIn('lena@contoso.example', { visitor });
  const { sessions: listed } = JSON.parse(
    (await sessions(world, 'list', '--person', 'jane', '--json')).stdout,
  );
  const { code, stdout } = await sessions(world, 'revoke', listed[0].id, '--json');
  t.is(code, 0);
  t.deepEqual(JSON.parse(stdout), { ended: 1 });
  t.is((await visitor.open(`${world.origin}/`)).status, 200);
});

test('sessions revoke --person ends all of a person', async (t) => {
  const world = await startWorld(t);
  const visitor = world.visitor();
  await world.signIn('jane@contoso.example', { visitor });
  await world.signIn('jane@contoso.example');
  const { code, stderr } = await sessions(world, 'revoke', '--person', 'jane');
  t.is(code, 0);
  t.is(stderr, '2 sessions have ended.\n');
  t.not((await visitor.open(`${world.origin}/`)).status, 200);
});

test('sessions revoke --person finds a person however capitals are typed, as Entra does', async (t) => {
  const world = await startWorld(t);
  await world.signIn('jane@contoso.example');
  const listed = await sessions(world, 'list', '--person', 'JANE', '--json');
  t.is(JSON.parse(listed.stdout).sessions.length, 1);
  const { stdout } = await sessions(world, 'revoke', '--person', 'Jane@Contoso.example', '--json');
  t.deepEqual(JSON.parse(stdout), { ended: 1 });
});

test('sessions revoke says when there is no such session', async (t) => {
  const { code, stderr } = await sessions(await startWorld(t), 'revoke', 'an-id');
  t.is(code, 1);
  t.regex(stderr, /^✖ there is no such session: .* "entrada sessions list" prints it\n$/);
});

test('without a running gateway sessions fail, and say how to start one', async (t) => {
  const { code, stderr } = await runCli(['sessions', 'list'], { cwd: temporaryFolder(t) });
  t.is(code, 1);
  t.regex(stderr, /entrada serve/);
});
