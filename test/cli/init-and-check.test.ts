import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import test from 'ava';

import { CLI, runCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

test('init writes a configuration that check accepts with warnings at most', async (t) => {
  const cwd = temporaryFolder(t);
  t.is((await runCli(['init', 'gateway'], { cwd })).code, 0);
  const { code, stdout } = await runCli(['check', '--config', 'gateway/entrada.yaml', '--json'], {
    cwd,
  });
  t.is(code, 0);
  const { ok, faults } = JSON.parse(stdout);
  t.true(ok);
  for (const { severity } of faults) t.is(severity, 'warning');
});

test('init writes all that it names, and secrets for their owner alone', async (t) => {
  const cwd = temporaryFolder(t);
  const { stderr } = await runCli(['init', '.'], { cwd });
  const written = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(path.join(cwd, file)).isFile(),
  );
  for (const file of written) t.true(stderr.includes(`${file}\n`), file);
  for (const file of ['secrets/keys.txt', 'tls/server.key']) {
    t.is(statSync(path.join(cwd, file)).mode & 0o777, 0o600, file);
  }
  t.true(readFileSync(path.join(cwd, '.gitignore'), 'utf8').includes('secrets/'));
});

test('init says it when a file is where the folder should be', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(path.join(cwd, 'gateway'), 'mine');
  const { code, stderr } = await runCli(['init', 'gateway'], { cwd });
  t.is(code, 1);
  t.regex(
    stderr,
    /the folder gateway cannot be written to \(E(?:EXIST|NOTDIR)\)\n {2}Name another folder/,
  );
  t.is(readFileSync(path.join(cwd, 'gateway'), 'utf8'), 'mine');
});

/** Runs a command as it is printed, in a folder, in place of whoever copies it into a shell. */
function paste(command: string, cwd: string): void {
  const names = { entrada: `${process.execPath} ${CLI.join(' ')}` };
  execFileSync('sh', ['-c', command.trim().replace(/^entrada/, names.entrada)], {
    cwd,
    stdio: 'ignore',
  });
}

test('the commands that init prints can be copied, whatever the folder is called', async (t) => {
  const cwd = temporaryFolder(t);
  const { stdout } = await runCli(['init', "it's my $HOME"], { cwd });
  const commands = stdout.match(/entrada (?:check|extension approve) .*/g) ?? [];
  t.is(commands.length, 2);
  for (const command of commands) paste(command.replace(/approve/, 'approve --yes'), cwd);
  const yaml = readFileSync(path.join(cwd, "it's my $HOME/entrada.yaml"), 'utf8');
  t.regex(yaml, /integrity: sha256-/);
});

test('the commands that close a file to others can be copied in any folder', async (t) => {
  const cwd = temporaryFolder(t);
  await runCli(['init', 'my gateway'], { cwd });
  const folder = path.join(cwd, 'my gateway');
  const files = ['secrets/keys.txt', 'tls/server.key'];
  for (const file of files) chmodSync(path.join(folder, file), 0o644);
  const { stderr } = await runCli(['check', '--config', 'my gateway/entrada.yaml'], { cwd });
  for (const [, command = ''] of stderr.matchAll(/Run: (chmod .*)/g)) paste(command, tmpdir());
  for (const file of files) t.is(statSync(path.join(folder, file)).mode & 0o777, 0o640, file);
});

test('the example of init is installed as what extension new writes is: with all that its checks need', async (t) => {
  const cwd = temporaryFolder(t);
  await runCli(['init'], { cwd });
  await runCli(['extension', 'new', 'example', '--template', 'deny-by-attribute'], { cwd });
  for (const file of ['package.json', 'tsconfig.json', '.gitignore']) {
    t.is(
      readFileSync(path.join(cwd, 'extensions/example', file), 'utf8'),
      readFileSync(path.join(cwd, 'example', file), 'utf8'),
      file,
    );
  }
});

test('init uses the origin that it is given', async (t) => {
  const cwd = temporaryFolder(t);
  await runCli(['init', '--public-url', 'https://files.example.com'], { cwd });
  const { stdout } = await runCli(['check'], { cwd });
  t.regex(stdout, /https:\/\/files\.example\.com\/\?redirect-[0-9a-f-]{36}\n/);
});

test('the certificate of init is for the name or address that it is given', async (t) => {
  const cwd = temporaryFolder(t);
  const names = {
    'files.example.com': 'DNS',
    '192.0.2.7': 'IP Address',
    '[2001:db8::7]': 'IP Address',
  };
  for (const [index, [name, kind]] of Object.entries(names).entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one folder after the other
    await runCli(['init', `${index}`, '--public-url', `https://${name}`], { cwd });
    const { subjectAltName } = new X509Certificate(
      readFileSync(path.join(cwd, `${index}/tls/server.crt`)),
    );
    t.true(subjectAltName?.startsWith(`${kind}:`), subjectAltName);
  }
});

test('init overwrites nothing, and writes nothing beside what is there', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(path.join(cwd, 'entrada.yaml'), 'mine: true\n');
  const { code, stderr } = await runCli(['init'], { cwd });
  t.is(code, 1);
  t.regex(stderr, /there already.*: entrada\.yaml/);
  t.is(readFileSync(path.join(cwd, 'entrada.yaml'), 'utf8'), 'mine: true\n');
  t.false(existsSync(path.join(cwd, 'secrets')));
});

const BROKEN = `version: 1
server:
  public_url: https://files.example.com/path
  tsl: off
authentications:
  - type: entra-id
    directory_id: common
services: [{ type: file-browser, path: / }]
`;

test('check prints every fault with its place, and exits with 2', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(path.join(cwd, 'entrada.yaml'), BROKEN);
  const { code, stdout, stderr } = await runCli(['check'], { cwd });
  t.is(code, 2);
  t.is(stdout, '');
  for (const place of ['entrada.yaml:3:15', 'entrada.yaml:4:3', 'entrada.yaml:7:19']) {
    t.true(stderr.includes(place), place);
  }
  t.regex(stderr, /Did you mean tls\?/);
  t.regex(stderr, /\n {4}\| +\^+\n/);
});

test('check --json prints the same faults as one object', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(path.join(cwd, 'entrada.yaml'), BROKEN);
  const { code, stdout } = await runCli(['check', '--json'], { cwd });
  t.is(code, 2);
  const { ok, faults } = JSON.parse(stdout);
  t.false(ok);
  const codes = faults.map((fault: { code: string }) => fault.code);
  t.true(codes.includes('CONFIG_UNKNOWN_KEY') && codes.includes('CONFIG_MISSING_KEY'));
});

test('check reports what is wrong with an extension beside what is wrong with the file', async (t) => {
  const cwd = temporaryFolder(t);
  await runCli(['init'], { cwd });
  writeFileSync(path.join(cwd, 'extensions/example/index.ts'), "import 'node:fs';\n");
  const { code, stderr } = await runCli(['check'], { cwd });
  t.is(code, 2);
  t.regex(stderr, /EXTENSION_IMPORT_REFUSED/);
});

test('an extension that is not there is told at the entry that names it', async (t) => {
  const cwd = temporaryFolder(t);
  await runCli(['init'], { cwd });
  const file = path.join(cwd, 'entrada.yaml');
  const yaml = readFileSync(file, 'utf8').replace('./extensions/example', './extensions/exampel');
  writeFileSync(file, yaml);
  const { code, stdout } = await runCli(['check', '--json'], { cwd });
  t.is(code, 2);
  const line = yaml.split('\n').findIndex((text) => text.includes('exampel')) + 1;
  const found = JSON.parse(stdout).faults.find(
    (fault: { code: string }) => fault.code === 'EXTENSION_UNREADABLE',
  );
  t.like(found, {
    severity: 'error',
    path: 'extensions[0].source',
    position: { file: 'entrada.yaml', line },
  });
  t.regex(found.message, /exampel\/extension\.yaml cannot be read \(ENOENT\)\.$/);
});

test('a configuration that is not there is wrong usage, with what to do', async (t) => {
  const { code, stderr } = await runCli(['check'], { cwd: temporaryFolder(t) });
  t.is(code, 2);
  t.regex(stderr, /CONFIG_UNREADABLE[\s\S]*entrada init/);
});
