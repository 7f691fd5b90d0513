import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';
import { parse } from 'yaml';

import { checkExtension } from '../../../src/cli/extension/check-extension.ts';
import { checkTypes } from '../../../src/cli/extension/check-types.ts';
import { dryRun } from '../../../src/cli/extension/dry-run.ts';
import { EXIT, Exit } from '../../../src/cli/exit.ts';
import { fixturesOf } from '../../../src/extensions/replay/fixtures-of.ts';
import { runCli } from '../../_support/cli.ts';
import { printed } from '../../_support/printed.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

const MANIFEST = "api: 1\nname: checked\nversion: '1.0.0'\n";

const ALLOWING = `import { allow, type Extension } from 'entrada/extension';
export default { decide: () => allow() } satisfies Extension;
`;

function folderOf(t: ExecutionContext, files: { readonly [file: string]: string }): string {
  const folder = temporaryFolder(t);
  for (const [file, text] of Object.entries({ 'extension.yaml': MANIFEST, ...files })) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

interface Case {
  readonly what: string;
  readonly files: { readonly [file: string]: string };
  /** Code, file, line and column; and a part of the line that is shown. */
  readonly fault: readonly [
    code: string,
    file: string,
    line: number,
    column: number,
    shown: string,
  ];
}

const CASES: readonly Case[] = [
  {
    what: 'a type that is wrong',
    files: { 'index.ts': ALLOWING.replace('allow() }', 'allow().toFixed() }') },
    fault: ['EXTENSION_TYPE_ERROR', 'index.ts', 2, 40, 'toFixed'],
  },
  {
    what: 'a result that no hook may return',
    files: {
      'index.ts':
        "import type { Extension } from 'entrada/extension';\nexport default { decide: () => true } satisfies Extension;\n",
    },
    fault: ['EXTENSION_TYPE_ERROR', 'index.ts', 2, 18, 'true'],
  },
  {
    what: 'something of Node.js that an isolate does not have',
    files: { 'index.ts': `${ALLOWING}export const where = process.cwd();\n` },
    fault: ['EXTENSION_TYPE_ERROR', 'index.ts', 3, 22, 'process.cwd'],
  },
  {
    what: 'a manifest with a key that there is not',
    files: { 'extension.yaml': `${MANIFEST}entri: index.ts\n`, 'index.ts': ALLOWING },
    fault: ['CONFIG_UNKNOWN_KEY', 'extension.yaml', 4, 1, 'entri'],
  },
  {
    what: 'an import that cannot run in an isolate',
    files: { 'index.ts': `import fs from 'node:fs';\n${ALLOWING}export { fs };\n` },
    fault: ['EXTENSION_IMPORT_REFUSED', 'index.ts', 1, 16, 'node:fs'],
  },
  {
    what: 'a fixture that ends otherwise than it says',
    files: {
      'index.ts': ALLOWING,
      'fixtures/a.yaml': 'hook: decide\nexpect: { decision: { decision: deny } }\n',
    },
    fault: ['EXTENSION_FIXTURE_DIFFERS', 'fixtures/a.yaml', 2, 1, 'deny'],
  },
  {
    what: 'a hook that throws, at its line',
    files: {
      'index.ts':
        "import { allow, type Extension } from 'entrada/extension';\nexport default {\n  decide: () => {\n    if (Date.now() > 0) throw new Error('oh');\n    return allow();\n  },\n} satisfies Extension;\n",
      'fixtures/a.yaml': 'hook: decide\n',
    },
    fault: ['EXTENSION_RUN_FAILED', 'index.ts', 4, 31, 'throw new Error'],
  },
  {
    what: 'a fixture that the manifest declares and the folder does not have',
    files: {
      'extension.yaml': `${MANIFEST}fixtures: [a.yaml, 'recorded/*.json']\n`,
      'index.ts': ALLOWING,
      'a.yaml': 'hook: decide\n',
    },
    fault: ['EXTENSION_FIXTURE_MISSING', 'extension.yaml', 4, 20, 'recorded'],
  },
  {
    what: 'a fixture that lies outside of the folder',
    files: { 'extension.yaml': `${MANIFEST}fixtures: [../a.yaml]\n`, 'index.ts': ALLOWING },
    fault: ['CONFIG_INVALID_VALUE', 'extension.yaml', 4, 12, '../a.yaml'],
  },
  {
    what: 'a declared fixture that ends otherwise than it says',
    files: {
      'extension.yaml': `${MANIFEST}fixtures: [recorded/**/*.yaml]\n`,
      'index.ts': ALLOWING,
      'recorded/of/a.yaml': 'hook: decide\nexpect: { decision: { decision: deny } }\n',
    },
    fault: ['EXTENSION_FIXTURE_DIFFERS', 'recorded/of/a.yaml', 2, 1, 'deny'],
  },
  {
    what: 'a fixture that is none',
    files: { 'index.ts': ALLOWING, 'fixtures/a.yaml': 'hook: decides\n' },
    fault: ['CONFIG_INVALID_VALUE', 'fixtures/a.yaml', 1, 7, 'decides'],
  },
];

for (const { what, files, fault } of CASES) {
  test(`a check finds the place of ${what}`, async (t) => {
    const folder = folderOf(t, files);
    const { code, stdout } = await runCli(['extension', 'check', folder, '--json']);
    t.is(code, 1);
    const { ok, faults } = JSON.parse(stdout);
    t.false(ok);
    const places = faults.map((one: { code: string; position?: object; line?: string }) => ({
      code: one.code,
      ...one.position,
      text: one.line,
    }));
    const [expected, file, line, column, shown] = fault;
    const found = places.find(
      (one: { code: string; file?: string; line?: number; column?: number }) =>
        one.code === expected && one.file === path.join(folder, file) && one.line === line,
    );
    t.truthy(found, stdout);
    t.is(found.column, column, stdout);
    t.true(found.text.includes(shown), stdout);
  });
}

test('a sound extension is told with its hash, its packages and what an operator grants', async (t) => {
  const folder = folderOf(t, {
    'extension.yaml': `${MANIFEST}requests: { fetch: [{ name: teams, allow: [POST] }], secrets: [hr_key] }\n`,
    'index.ts': `import { words } from 'words';\n${ALLOWING.replace('() => allow', '() => words() && allow')}`,
    'node_modules/words/package.json':
      '{"name":"words","version":"2.0.0","license":"MIT","type":"module","exports":{"types":"./index.d.ts","default":"./index.js"}}',
    'node_modules/words/index.js': 'export const words = () => Date.now() > 0;',
    'node_modules/words/index.d.ts': 'export declare const words: () => true;',
  });
  const { code, stdout, stderr } = await runCli(['extension', 'check', folder]);
  t.is(code, 0, stdout + stderr);
  t.regex(stdout, /checked 1\.0\.0 {2}sha256-/);
  t.regex(stdout, /words 2\.0\.0 +MIT +0\.\d KiB/);
  t.regex(stdout, /name: teams\n +url: \$\{env:TEAMS_URL\}/);
  t.regex(stderr, /decide for somebody who is made up: \{"decision":\{"decision":"allow"\}\}/);
});

test('what the operator has to configure is in what it is told to write', async (t) => {
  const schema = `
config:
  type: object
  properties:
    departments: { type: array, items: { type: string }, minItems: 1 }
    mode: { enum: [strict, mild] }
    days: { type: integer, default: 5 }
    least: { type: number, minimum: 1 }
    mail: { type: object, properties: { to: { type: string }, cc: { type: string } }, required: [to] }
    dry: { type: boolean }
    note: { type: string }
  required: [departments, mode, days, least, mail, dry]
`;
  const folder = folderOf(t, { 'extension.yaml': MANIFEST + schema, 'index.ts': ALLOWING });
  const { stdout } = await runCli(['extension', 'check', folder, '--json']);
  const { extensions } = parse(JSON.parse(stdout).extension.grant);
  t.deepEqual(extensions[0].config, {
    departments: ['…'],
    mode: 'strict',
    days: 5,
    least: 1,
    mail: { to: '…' },
    dry: false,
  });
});

test('a request that the manifest does not ask for is told at the manifest', async (t) => {
  const folder = folderOf(t, {
    'extension.yaml': `${MANIFEST}requests:\n  fetch: [{ origin: https://hr.example.com, allow: ['GET /v1/a'] }]\n`,
    'index.ts': `import { allow, type Extension } from 'entrada/extension';
export default {
  async decide() {
    await fetch('https://hr.example.com/v1/b').catch(() => undefined);
    return allow();
  },
} satisfies Extension;
`,
  });
  const { code, stdout } = await runCli(['extension', 'check', folder, '--json']);
  t.is(code, 0, stdout);
  const { faults } = JSON.parse(stdout);
  t.like(faults, [{ code: 'EXTENSION_NOT_REQUESTED', severity: 'warning', position: { line: 4 } }]);
  t.regex(faults[0].message, /GET https:\/\/hr\.example\.com\/v1\/b/);
});

test('an extension that needs a config, and has no fixture, is told so once, with all else that is known', async (t) => {
  const folder = folderOf(t, {
    'extension.yaml': `${MANIFEST}config: { type: object, properties: { a: { type: string }, b: { type: string } }, required: [a, b] }\n`,
    'index.ts': ALLOWING,
  });
  const { code, stdout } = await runCli(['extension', 'check', folder, '--json']);
  t.is(code, 0);
  const { faults, extension, runs } = JSON.parse(stdout);
  t.like(faults, [
    { code: 'EXTENSION_CONFIG_INVALID', severity: 'warning', position: { line: 4 } },
  ]);
  t.is(faults.length, 1);
  t.is(extension.name, 'checked');
  t.deepEqual(runs, []);
});

test('what has no hook would never run, and is no extension', async (t) => {
  const folder = folderOf(t, { 'index.ts': 'export default {};\n' });
  const { code, stderr } = await runCli(['extension', 'check', folder]);
  t.is(code, 1);
  t.regex(stderr, /EXTENSION_UNUSED/);
});

test('a hook that forgets to return breaks its contract whatever it is asked', async (t) => {
  const folder = folderOf(t, {
    'index.js': 'export default { decide() {} };\n',
    'extension.yaml': `${MANIFEST}entry: index.js\n`,
  });
  const { code, stderr } = await runCli(['extension', 'check', folder]);
  t.is(code, 1);
  t.regex(stderr, /DECISION_MISSING/);
});

const NEEDS = `${MANIFEST}config: { type: object, properties: { a: { type: string } }, required: [a] }\n`;

const GIVEN = 'hook: decide\nconfig: { a: given }\n';

const FORGOTTEN = 'hook: decide\nconfig: {}\n';

const DECIDING = "export default { decide: () => ({ decision: 'allow' }) };\n";

/** Runs of an extension with these two fixtures. */
async function runsOf(t: ExecutionContext, first: string, second: string) {
  const folder = folderOf(t, {
    'extension.yaml': NEEDS,
    'index.ts': DECIDING,
    'fixtures/a.yaml': first,
    'fixtures/b.yaml': second,
  });
  const { runs, faults } = await dryRun(folder, (await fixturesOf(folder)).fixtures);
  const places = faults.map(({ code, severity, position }) => [
    code,
    severity,
    path.relative(folder, position?.file ?? ''),
    position?.line,
  ]);
  return { ran: runs.map(({ what }) => what), places };
}

test('a fixture whose config does not fit is told at its place: the others are run', async (t) => {
  const { ran, places } = await runsOf(t, GIVEN, FORGOTTEN);
  t.deepEqual(ran, ['decide fixtures/a.yaml']);
  t.deepEqual(places, [['EXTENSION_CONFIG_INVALID', 'error', 'fixtures/b.yaml', 2]]);
});

test('a first fixture whose config does not fit is told at its place, as no lack of a fixture', async (t) => {
  const { ran, places } = await runsOf(t, FORGOTTEN, GIVEN);
  t.deepEqual(ran, []);
  t.deepEqual(places, [['EXTENSION_CONFIG_INVALID', 'error', 'fixtures/a.yaml', 2]]);
});

/** A sound extension with a compiler of its own. */
const withCompiler = (t: ExecutionContext, description: object, program: string): string =>
  folderOf(t, {
    'index.ts': ALLOWING,
    'node_modules/typescript/package.json': JSON.stringify(description),
    'node_modules/typescript/tsc.js': program,
  });

test.serial(
  'a compiler without its program is missing: types are not taken for sound',
  async (t) => {
    const folder = withCompiler(t, { version: '9.0.0' }, '');
    const { stdout } = await printed(async () => {
      const exit = await t.throwsAsync(checkExtension(folder, { json: true }), {
        instanceOf: Exit,
      });
      t.is(exit?.code, EXIT.failed);
    });
    const { ok, faults } = JSON.parse(stdout);
    t.false(ok);
    t.is(faults.length, 1);
    t.like(faults[0], { code: 'EXTENSION_TOOL_MISSING', severity: 'error' });
  },
);

for (const [what, says] of [
  ['lacks an option', "error TS5023: Unknown compiler option 'x'."],
  ['lacks a value', "${path.relative('.', process.argv[3])}(1,2): error TS6046: Argument for x"],
  ['ends at once', ''],
] as const) {
  test(`a compiler that ${what}, and so does not get to the extension, is told with what it says`, async (t) => {
    const program = `const path = require('node:path');\nconsole.log(\`${says}\`);\nprocess.exit(2);\n`;
    const description = { version: '1.0.0', bin: { tsc: './tsc.js' } };
    const faults = await checkTypes(withCompiler(t, description, program), 'index.ts');
    t.is(faults.length, 1);
    t.like(faults[0], { code: 'EXTENSION_TYPE_ERROR', severity: 'error' });
    t.true(faults[0]?.message.includes(says.split(': ').at(-1) ?? ''));
  });
}

test('an entry that is not there has no types that could be wrong', async (t) => {
  t.deepEqual(await checkTypes(folderOf(t, {}), 'index.ts'), []);
});

test('what is no fault of the extension ends the check; its stack is for --debug', async (t) => {
  const folder = folderOf(t, { 'index.ts': ALLOWING });
  const env = { TMPDIR: path.join(folder, 'not-there') };
  const { code, stdout, stderr } = await runCli(['--debug', 'extension', 'check', folder], { env });
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /✖ ENOENT: no such file or directory, mkdtemp [^]*\n +at .*checkTypes/);
});
