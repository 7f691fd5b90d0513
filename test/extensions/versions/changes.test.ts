import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { buildFolder } from '../../../src/extensions/load.ts';
import { changesOf, type Comparable, diffLines } from '../../../src/extensions/versions/changes.ts';
import { visible } from '../../../src/extensions/versions/visible.ts';
import { writeExtension } from '../../_support/world.ts';

const CODE = `import { limit } from 'limiter';
export default {
  decide: () => ({ decision: limit() > 1 ? 'allow' : 'deny', code: 'no' }),
};
`;

interface Written {
  readonly code?: string;
  readonly manifest?: { readonly [key: string]: unknown };
  /** Version of the package, and its code. */
  readonly limiter?: readonly [version: string, code: string];
}

async function versionOf(
  t: ExecutionContext,
  {
    code = CODE,
    manifest = {},
    limiter = ['1.0.0', 'export const limit = () => 2;\n'],
  }: Written = {},
): Promise<Comparable> {
  const folder = writeExtension(t, 'gate', code, manifest);
  const home = path.join(folder, 'node_modules/limiter');
  mkdirSync(home, { recursive: true });
  const [version, source] = limiter;
  const described = { name: 'limiter', version, license: 'MIT', type: 'module', main: 'index.js' };
  writeFileSync(path.join(home, 'package.json'), JSON.stringify(described));
  writeFileSync(path.join(home, 'index.js'), source);
  const built = await buildFolder(folder);
  if (!built.ok) throw new Error(JSON.stringify(built.faults));
  const { text, bundle } = built.version;
  return { ...bundle, manifest: text };
}

test('the same version has no changes', async (t) => {
  t.deepEqual(changesOf(await versionOf(t), await versionOf(t)), {
    requests: { added: [], removed: [] },
    packages: { added: [], removed: [] },
    files: [],
    altered: [],
  });
});

test('a first version is all new', async (t) => {
  const { files, packages } = changesOf(undefined, await versionOf(t));
  t.deepEqual(
    files.map(({ file, change }) => [file, change]),
    [
      ['extension.yaml', 'added'],
      ['index.ts', 'added'],
    ],
  );
  t.deepEqual(packages.added, ['limiter 1.0.0 (MIT)']);
});

test('a line that changed is told with the lines around it, and so is every request', async (t) => {
  const before = await versionOf(t, {
    manifest: { requests: { fetch: [{ origin: 'https://a.example', allow: ['GET /x'] }] } },
  });
  const after = await versionOf(t, {
    code: CODE.replace('> 1', '> 0'),
    manifest: {
      requests: {
        password: true,
        secrets: ['key'],
        fetch: [{ origin: 'https://a.example', allow: ['GET /**'] }],
        tokens: [
          { resource: 'https://graph.microsoft.com', allow: ['GET /v1.0/me'], expose: 'raw' },
        ],
        enrich: { groups: ['Admins'], username: true },
        sessions: { end: true },
      },
    },
  });
  const { requests, files } = changesOf(before, after);
  t.deepEqual(requests, {
    added: [
      'token https://graph.microsoft.com: GET /v1.0/me',
      'token https://graph.microsoft.com: the token itself (expose: raw)',
      'fetch https://a.example: GET /**',
      'secret key',
      'usernames and passwords of people who sign in',
      'enrich groups: Admins',
      'enrich username',
      'sessions: end those of people who are signed in',
    ],
    removed: ['fetch https://a.example: GET /x'],
  });
  const index = files.find(({ file }) => file === 'index.ts');
  t.deepEqual(
    index?.lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => [kind, text.trim()]),
    [
      ['removed', "decide: () => ({ decision: limit() > 1 ? 'allow' : 'deny', code: 'no' }),"],
      ['added', "decide: () => ({ decision: limit() > 0 ? 'allow' : 'deny', code: 'no' }),"],
    ],
  );
});

test('a package of another version is told by its name; its code is not', async (t) => {
  const after = await versionOf(t, { limiter: ['1.1.0', 'export const limit = () => 3;\n'] });
  const { packages, files, altered } = changesOf(await versionOf(t), after);
  t.deepEqual(packages, { added: ['limiter 1.1.0 (MIT)'], removed: ['limiter 1.0.0 (MIT)'] });
  t.deepEqual(files, []);
  t.deepEqual(altered, []);
});

test('a package that changed under the same version is told', async (t) => {
  const after = await versionOf(t, { limiter: ['1.0.0', 'export const limit = () => 9;\n'] });
  t.deepEqual(changesOf(await versionOf(t), after).altered, ['node_modules/limiter/index.js']);
});

test('a source map that a file brings itself hides nothing of it', async (t) => {
  const lie = Buffer.from(
    JSON.stringify({
      version: 3,
      sources: ['index.ts'],
      sourcesContent: ['harmless'],
      mappings: '',
    }),
  ).toString('base64');
  const code = `${CODE}// evil\n//# sourceMappingURL=data:application/json;base64,${lie}\n`;
  const { files } = changesOf(await versionOf(t), await versionOf(t, { code }));
  const index = files.find(({ file }) => file === 'index.ts');
  t.true(index?.lines.some(({ kind, text }) => kind === 'added' && text === '// evil'));
});

test('lines far from a change are left out', (t) => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
  const lines = diffLines(before, before.replace('line 15', 'line fifteen'));
  t.deepEqual(
    lines.map(({ kind, text }) => `${kind} ${text}`),
    [
      'gap ',
      ...[12, 13, 14].map((number) => `same line ${number}`),
      'removed line 15',
      'added line fifteen',
      ...[16, 17, 18].map((number) => `same line ${number}`),
      'gap ',
    ],
  );
});

test('what would move a cursor, hide or turn text stands there by its number', (t) => {
  const tricks = 'a\u001b[2Kb\u202ec\u200bd\re\u{e0041}f\u2028g\ufe0f';
  t.is(visible(tricks), 'a\\u{1b}[2Kb\\u{202e}c\\u{200b}d\\u{d}e\\u{e0041}f\\u{2028}g\\u{fe0f}');
  t.is(visible('\tif (ä) { ж; 漢 }'), '\tif (ä) { ж; 漢 }');
  const [line] = diffLines('', 'ok();\u001b[1A\u001b[2K\n');
  t.deepEqual(line, { kind: 'added', text: 'ok();\\u{1b}[1A\\u{1b}[2K' });
});
