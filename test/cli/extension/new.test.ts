import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { TEMPLATES } from '../../../src/cli/extension/templates.ts';
import { runCli } from '../../_support/cli.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';
import { atTerminal } from '../../_support/terminal.ts';

for (const { name } of TEMPLATES) {
  test.serial(`an extension that begins as ${name} passes its check and its tests`, async (t) => {
    const cwd = temporaryFolder(t);
    const made = await runCli(['extension', 'new', 'my-own', '--template', name], { cwd });
    t.is(made.code, 0, made.stderr);
    const folder = path.join(cwd, 'my-own');

    const checked = await runCli(['extension', 'check', '--json'], { cwd: folder });
    const { ok, faults, extension, runs } = JSON.parse(checked.stdout);
    t.deepEqual(faults, []);
    t.true(ok);
    t.is(extension.name, 'my-own');
    t.true(runs.length > 0);
    t.deepEqual(
      runs.filter((run: { readonly ok: boolean }) => !run.ok),
      [],
    );

    const tested = await runCli(['extension', 'test', '--json'], { cwd: folder });
    const report = JSON.parse(tested.stdout);
    t.true(report.ok, tested.stdout + tested.stderr);
    t.true(report.tests.length > 1);
  });
}

test('every template is written with the name of the extension, types, tests and fixtures', async (t) => {
  const cwd = temporaryFolder(t);
  await runCli(['extension', 'new', 'gate', '--template', 'deny-by-attribute'], { cwd });
  const files = readdirSync(path.join(cwd, 'gate'), { recursive: true, encoding: 'utf8' });
  for (const file of [
    'README.md',
    'tsconfig.json',
    'package.json',
    'test/gate.test.ts',
    'fixtures/denied.yaml',
  ])
    t.true(files.includes(file), file);
  for (const file of ['extension.yaml', 'README.md'])
    t.false(readFileSync(path.join(cwd, 'gate', file), 'utf8').includes('deny-by-attribute'), file);
});

test('at a terminal it asks for what it was not told, again where the answer is none', async (t) => {
  const cwd = temporaryFolder(t);
  const { code, output } = await atTerminal(
    cwd,
    ['extension', 'new'],
    [
      [/Folder of the extension: /, 'my-gate'],
      [/What it begins as/, '9'],
      [/9 is none of them/, 'enrich-from-graph'],
    ],
  );
  t.is(code, 0);
  t.regex(output, /5 +scheduled-sync/);
  t.regex(
    readFileSync(path.join(cwd, 'my-gate/extension.yaml'), 'utf8'),
    /claims: \[job_title, office\]/,
  );
});

test('nothing that is there is overwritten, and nothing is written beside it', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(path.join(cwd, 'index.ts'), '// mine\n');
  const args = ['extension', 'new', '.', '--template', 'deny-by-attribute', '--name', 'gate'];
  const { code, stderr } = await runCli(args, { cwd });
  t.is(code, 1);
  t.regex(stderr, /index\.ts: there already/);
  t.false(existsSync(path.join(cwd, 'extension.yaml')));
});

const WRONG: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
  ['no template and no terminal', ['gate'], /--template have to be given/],
  ['a template that there is not', ['gate', '--template', 'other'], /Allowed choices are/],
  ['an empty folder', ['', '--template', 'deny-by-attribute'], /needs a folder/],
  ['a name that is none', ['Gate_1', '--template', 'deny-by-attribute'], /Gate_1 is no name/],
];

for (const [what, args, says] of WRONG) {
  test(`wrong usage is said: ${what}`, async (t) => {
    const cwd = temporaryFolder(t);
    const { code, stderr } = await runCli(['extension', 'new', ...args], { cwd });
    t.is(code, 2);
    t.regex(stderr, says);
    t.deepEqual(readdirSync(cwd), []);
  });
}
