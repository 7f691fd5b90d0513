import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { temporaryFolder } from '../_support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SCRIPT = path.join(ROOT, 'scripts/check-layers.ts');

/** Runs the check over a project that has these files and no others. */
function checkLayers(
  t: ExecutionContext,
  files: { readonly [file: string]: string },
): Promise<{ readonly code: number; readonly stderr: string }> {
  const folder = temporaryFolder(t);
  for (const part of ['src', 'sandbox', 'extensions']) mkdirSync(path.join(folder, part));
  cpSync(path.join(ROOT, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [SCRIPT, folder], (_error, _stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stderr }),
    );
  });
}

test('imports that point left are no fault', async (t) => {
  const { code, stderr } = await checkLayers(t, {
    'src/net/a.ts':
      "import { b } from '../config/b.ts';\nimport net from 'node:net';\nimport './c.ts';",
    'src/extensions/runner/main.ts': "import type { D } from '../../../sandbox/contract.ts';",
    'sandbox/web/url.ts': "import wrapper from 'whatwg-url/webidl2js-wrapper.js';",
    'extensions/example/index.ts': "import { allow } from 'entrada/extension';",
  });
  t.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

const WRONG: readonly (readonly [what: string, file: string, text: string])[] = [
  ['what stands to the right', 'src/net/a.ts', "import { b } from '../entra/b.ts';"],
  ['types of what stands to the right', 'src/net/a.ts', "import type { B } from '../server/b.ts';"],
  ['over several lines', 'src/store/a.ts', "import {\n  b,\n  c,\n} from '../session/b.ts';"],
  ['when it runs', 'src/config/a.ts', "const b = await import('../cli/b.ts');"],
  ['by exporting it', 'src/entra/a.ts', "export { b } from '../session/b.ts';"],
  ['what a judge must not share', 'src/emulator/a.ts', "import { b } from '../entra/b.ts';"],
  ['what a runner may not read', 'src/extensions/runner/a.ts', "import { b } from '../pool.ts';"],
  ['the sandbox’s own code', 'src/session/a.ts', "import { b } from '../../sandbox/runtime.ts';"],
  ['the gateway', 'sandbox/a.ts', "import { b } from '../src/config/b.ts';"],
  ['Node', 'sandbox/web/a.ts', "import { b } from 'node:crypto';"],
  ['anything but the SDK', 'extensions/example/index.ts', "import { b } from '../../src/b.ts';"],
  ['a test', 'src/server/a.ts', "import { b } from '../../test/b.ts';"],
];

for (const [what, file, text] of WRONG) {
  test(`${file} may not import ${what}`, async (t) => {
    const { code, stderr } = await checkLayers(t, { [file]: text });
    t.is(code, 1);
    t.true(stderr.startsWith(`${file} imports `));
  });
}

test('a folder that has no place in the order is a fault', async (t) => {
  const { code, stderr } = await checkLayers(t, { 'src/utils/a.ts': "import './b.ts';" });
  t.is(code, 1);
  t.regex(stderr, /no place in the order/);
});
