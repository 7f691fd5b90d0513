import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { freePort } from '../../src/cli/free-port.ts';
import { runnersOf } from '../_support/child-processes.ts';
import { runCli, startCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const SECRET = 'Zq8~hunter2.correct-horse';

/** A folder as `init` makes it, on free ports, with a client secret in the environment. */
async function newGateway(t: ExecutionContext): Promise<string> {
  const cwd = temporaryFolder(t);
  await runCli(['init'], { cwd });
  const file = path.join(cwd, 'entrada.yaml');
  const yaml = readFileSync(file, 'utf8')
    .replace('0.0.0.0:8443', `127.0.0.1:${await freePort()}`)
    .replace('127.0.0.1:9090', `127.0.0.1:${await freePort()}`)
    .replace('# api_scopes:', 'api_scopes:')
    .replace('# password:', 'password:');
  writeFileSync(file, yaml);
  return cwd;
}

const env = { ENTRADA_CLIENT_SECRET: SECRET };

/** True for a process that compiles and runs nothing. */
const isCompiler = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/cmdline`, 'utf8').endsWith('\0compile\0');

test('serve says in JSON that it is ready, and ends at SIGTERM with nothing left', async (t) => {
  const cwd = await newGateway(t);
  const gateway = startCli(t, ['serve'], { cwd, env });
  const ready = JSON.parse(await gateway.line());
  t.like(ready, { level: 'info', msg: 'ready' });
  t.regex(ready.redirectUris[0], /^https:\/\/localhost:8443\/\?redirect-[0-9a-f-]{36}$/);
  t.true(existsSync(path.join(cwd, 'var/entrada.sock')));
  t.true(runnersOf(gateway.pid).length > 0, 'runners');
  const { code, stdout } = await gateway.end('SIGTERM');
  t.is(code, 0);
  for (const line of stdout.trim().split('\n')) t.notThrows(() => JSON.parse(line));
  t.false(existsSync(path.join(cwd, 'var/entrada.sock')));
});

test('a second start takes what the first one bundled, and runs what the folder says', async (t) => {
  const cwd = await newGateway(t);
  const start = async (): Promise<unknown> => {
    const gateway = startCli(t, ['serve'], { cwd, env });
    const { extensions } = JSON.parse(await gateway.line());
    await gateway.end('SIGTERM');
    return extensions;
  };
  const first = await start();
  const [kept = '', ...others] = readdirSync(path.join(cwd, 'var/built'));
  t.deepEqual(others, []);
  const { mtimeMs } = statSync(path.join(cwd, 'var/built', kept));
  t.deepEqual(await start(), first);
  t.is(statSync(path.join(cwd, 'var/built', kept)).mtimeMs, mtimeMs, 'it was not made again');
  const source = path.join(cwd, 'extensions/example/index.ts');
  writeFileSync(source, readFileSync(source, 'utf8').replace('allow()', '{ ...allow() }'));
  t.notDeepEqual(await start(), first);
});

test('what is checked is bundled, and nothing of it is kept', async (t) => {
  const cwd = await newGateway(t);
  t.is((await runCli(['check'], { cwd, env })).code, 0);
  t.false(existsSync(path.join(cwd, 'var/built')));
});

test('a gateway whose extensions all have an owner has no runners of the operator', async (t) => {
  const cwd = await newGateway(t);
  const file = path.join(cwd, 'entrada.yaml');
  const yaml = readFileSync(file, 'utf8');
  writeFileSync(file, yaml.replace(/^( +)mode: shadow/m, '$&\n$1owner: supplier'));
  const gateway = startCli(t, ['serve'], { cwd, env });
  await gateway.line();
  t.is(runnersOf(gateway.pid).filter((pid) => !isCompiler(pid)).length, 1);
  t.is((await gateway.end('SIGTERM')).code, 0);
});

test('serve ends when an extension does not build, with the runners that were started for it', async (t) => {
  const cwd = await newGateway(t);
  writeFileSync(path.join(cwd, 'extensions/example/index.ts'), 'export default {');
  const { code, stderr } = await runCli(['serve'], { cwd, env });
  t.is(code, 2);
  t.regex(stderr, /EXTENSION_BUILD_FAILED/);
});

test('no secret is in what serve writes', async (t) => {
  const cwd = await newGateway(t);
  const gateway = startCli(t, ['serve', '--debug'], { cwd, env });
  await gateway.line();
  const { stdout, stderr } = await gateway.end('SIGINT');
  const [, key = ''] = readFileSync(path.join(cwd, 'secrets/keys.txt'), 'utf8').trim().split(':');
  for (const secret of [SECRET, key]) t.false((stdout + stderr).includes(secret));
});

test('serve --extensions=off says so, and asks no extension', async (t) => {
  const gateway = startCli(t, ['serve', '--extensions=off'], { cwd: await newGateway(t), env });
  t.like(JSON.parse(await gateway.line()), { msg: 'ready', extensions: 'off' });
  t.like(JSON.parse(await gateway.line()), { level: 'warn' });
  t.deepEqual(runnersOf(gateway.pid), [], 'there is no runner to ask');
  t.is((await gateway.end('SIGTERM')).code, 0);
});

test('at SIGHUP serve takes the versions that may run by then, and says what it took', async (t) => {
  const cwd = await newGateway(t);
  const gateway = startCli(t, ['serve'], { cwd, env });
  await gateway.line();
  const example = path.join(cwd, 'extensions/example');
  const manifest = path.join(example, 'extension.yaml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('1.0.0', '1.1.0'));
  gateway.tell('SIGHUP');
  t.like(JSON.parse(await gateway.line()), {
    event: 'extensions_taken',
    taken: [{ name: 'example', version: '1.1.0' }],
  });
  writeFileSync(manifest, 'api: 2\n');
  gateway.tell('SIGHUP');
  t.like(JSON.parse(await gateway.line()), { level: 'error', event: 'extensions_refused' });
  t.is((await gateway.end('SIGTERM')).code, 0);
});

test('at SIGHUP before it is ready serve goes on, and does it then', async (t) => {
  const cwd = await newGateway(t);
  const gateway = startCli(t, ['serve'], { cwd, env });
  await gateway.said(/warnings?\.\n/);
  gateway.tell('SIGHUP');
  t.like(JSON.parse(await gateway.line()), { msg: 'ready' });
  t.like(JSON.parse(await gateway.line()), { event: 'extensions_taken', taken: [] });
  t.is((await gateway.end('SIGTERM')).code, 0);
});

test('a second gateway of the same configuration does not start', async (t) => {
  const cwd = await newGateway(t);
  const first = startCli(t, ['serve'], { cwd, env });
  await first.line();
  const { code, stderr } = await runCli(['serve'], { cwd, env });
  t.is(code, 1);
  t.regex(stderr, /SERVER_/);
  t.is((await first.end('SIGTERM')).code, 0);
});

test('serve does not start with a configuration that is wrong', async (t) => {
  const cwd = await newGateway(t);
  const { code, stdout, stderr } = await runCli(['serve'], {
    cwd,
    env: { ENTRADA_CLIENT_SECRET: '' },
  });
  t.is(code, 2);
  t.is(stdout, '');
  t.regex(stderr, /CONFIG_SECRET_UNSET/);
});

test('serve ends in order, and as failed, when nobody takes its log any more', async (t) => {
  const cwd = await newGateway(t);
  const gateway = startCli(t, ['serve'], { cwd, env });
  await gateway.line();
  gateway.leave();
  gateway.tell('SIGHUP'); // is logged
  const { code, stderr } = await gateway.ended;
  t.is(code, 1);
  t.regex(stderr, /the log cannot be written any more: ending/);
  t.notRegex(stderr, /\n +at /, 'no stack');
  t.false(existsSync(path.join(cwd, 'var/entrada.sock')), 'nothing is left');
});
