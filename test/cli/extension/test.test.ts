import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { replayFixtures } from '../../../src/cli/extension/replay-fixtures.ts';
import { readTap } from '../../../src/cli/extension/tap.ts';
import { runCli } from '../../_support/cli.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

function folderOf(t: ExecutionContext, tests: string): string {
  const folder = temporaryFolder(t);
  mkdirSync(path.join(folder, 'test'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module","ava":{"extensions":["ts"]}}');
  writeFileSync(path.join(folder, 'test/own.test.ts'), `import test from 'ava';\n${tests}`);
  return folder;
}

test('the report names each test, and of what failed the difference and the author’s line', async (t) => {
  // An author's tests: one of them is still to be written, which the report has to say.
  const folder = folderOf(
    t,
    `test('it holds', (t) => t.pass());
test('it differs', (t) => t.deepEqual({ a: 1 }, { a: 2 }));
test('it throws', () => {
  throw new Error('oh');
});
test.todo('it is to come');
`,
  );
  const { code, stdout } = await runCli(['extension', 'test', folder]);
  t.is(code, 1);
  t.regex(stdout, /✔ it holds/);
  t.regex(stdout, /✖ it differs\n +Difference.*\n[^]*- +a: 1,\n +\+ +a: 2,/);
  t.regex(
    stdout,
    /✖ it throws\n[^]*at test\/own\.test\.ts:5:9\n[^]*5 \| {3}throw new Error\('oh'\);\n +\| +\^/,
  );
  t.regex(stdout, /- it is to come \(to do\)/);
  t.regex(stdout, /1 passed, 2 failed, 1 to do/);
});

test('only tests with a title that matches are run, and all of them may be told as one object', async (t) => {
  const folder = folderOf(t, "test('one', (t) => t.pass());\ntest('two', (t) => t.fail());\n");
  const { code, stdout } = await runCli(['extension', 'test', folder, '--match', 'on*', '--json']);
  t.is(code, 0);
  t.like(JSON.parse(stdout), { ok: true, tests: [{ title: 'one', state: 'passed' }] });
});

test('a test file that does not load is a failure that says why', async (t) => {
  const folder = folderOf(t, "import 'nothing-of-that-name';\n");
  const { code, stdout } = await runCli(['extension', 'test', folder]);
  t.is(code, 1);
  t.regex(stdout, /nothing-of-that-name/);
});

test('the fixtures of an extension are replayed with its tests, and one that differs is a failure', async (t) => {
  const folder = folderOf(t, "test('it holds', (t) => t.pass());\n");
  const files = {
    'extension.yaml':
      'api: 1\nname: replayed\nversion: 1.0.0\nfixtures: [one.yaml, two.yaml, three.yaml]\n',
    'index.ts': "export default { decide: () => ({ decision: 'allow' }) };\n",
    'one.yaml': 'hook: decide\nexpect: { decision: { decision: allow } }\n',
    'two.yaml': 'hook: decide\nexpect: { decision: { decision: deny } }\n',
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  const { code, stdout } = await runCli(['extension', 'test', folder, '--json']);
  t.is(code, 1);
  const { tests } = JSON.parse(stdout);
  t.deepEqual(
    tests.map(({ title, state }: { title: string; state: string }) => [title, state]),
    [
      ['it holds', 'passed'],
      ['extension.yaml', 'failed'],
      ['decide one.yaml', 'passed'],
      ['decide two.yaml', 'failed'],
    ],
  );
});

test('a fixture of an extension that does not load has failed, and says why', async (t) => {
  const folder = temporaryFolder(t);
  const files = {
    'extension.yaml': 'api: 1\nname: replayed\nversion: 1.0.0\nfixtures: [one.yaml]\n',
    'index.ts':
      "export default { decide: () => ({ decision: /(/.test('a') ? 'allow' : 'deny' }) };\n",
    'one.yaml': 'hook: decide\n',
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  const [told, ...others] = await replayFixtures(folder);
  t.like(told, { title: 'decide one.yaml', state: 'failed' });
  t.regex(told?.message ?? '', /does not load: Invalid regular expression/);
  t.deepEqual(others, []);
});

test('a folder without tests is wrong usage', async (t) => {
  const { code, stderr } = await runCli(['extension', 'test', temporaryFolder(t)]);
  t.is(code, 2);
  t.regex(stderr, /has no tests/);
});

test('TAP is read test by test', (t) => {
  const tap = `TAP version 13
ok 1 - it holds
#   a line
ok 2 - it waits # SKIP
not ok 3 - it differs - still
  ---
    name: AssertionError
    message: 'no'
    details:
      Difference: |-
        - 1
        + 2
    at: 'file:///x/test/own.test.ts:4:2'
  ...

1..3
`;
  t.deepEqual(readTap(tap), [
    { title: 'it holds', state: 'passed', lines: ['a line'], message: '', details: {}, at: null },
    { title: 'it waits', state: 'skipped', lines: [], message: '', details: {}, at: null },
    {
      title: 'it differs - still',
      state: 'failed',
      lines: [],
      message: 'no',
      details: { Difference: '- 1\n+ 2' },
      at: 'file:///x/test/own.test.ts:4:2',
    },
  ]);
});
