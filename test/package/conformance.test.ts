import { execFile } from 'node:child_process';
import path from 'node:path';

import test from 'ava';

import { LOGOUT_MODULES } from '../../scripts/conformance/logout-modules.ts';
import { type Module, runModules } from '../../scripts/conformance/module.ts';
import { SIGN_IN_MODULES } from '../../scripts/conformance/sign-in-modules.ts';
import { Site } from '../../scripts/conformance/site.ts';
import { TAMPERINGS } from '../../src/emulator/index.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FLAGS = ['--no-node-snapshot', '--conditions=entrada:source'];

interface Run {
  readonly code: number | null;
  readonly stdout: string;
}

function conformance(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...FLAGS, 'scripts/conformance.ts', ...args],
      { cwd: ROOT, timeout: 110_000 },
      (_, stdout) => resolve({ code: child.exitCode, stdout }),
    );
  });
}

test('every module of the plans sees what it has to', async (t) => {
  const { code, stdout } = await conformance('--json');
  const { differ, results } = JSON.parse(stdout);
  t.deepEqual(
    results.filter(({ expected, seen }: { expected: string; seen: string }) => expected !== seen),
    [],
  );
  t.is(differ, 0);
  t.is(code, 0);
  t.true(results.length > 90);
});

/** Modules of the same assertions that have another name in a plan, or stand for others. */
const ELSEWHERE = new Set(['refresh-token-invalid-sub']);

test('every lie of the emulator that a module of the plans tells is told', (t) => {
  const run = new Set([...SIGN_IN_MODULES, ...LOGOUT_MODULES].map(({ name }) => name));
  for (const entry of Object.values(TAMPERINGS)) {
    const module = 'module' in entry ? entry.module : undefined;
    if (module !== undefined && !ELSEWHERE.has(module)) t.true(run.has(module), module);
  }
});

test('a module that sees something else differs, and one that breaks does so too', async (t) => {
  const site = await Site.start(t, 'code');
  const find = (name: string): Module => {
    const found = SIGN_IN_MODULES.find((one) => one.name === name && one.type === 'code');
    if (found === undefined) throw new Error(`no module ${name}`);
    return found;
  };
  const modules = [
    find('base'),
    { ...find('invalid-iss'), expected: 'accepted' },
    { ...find('base'), run: () => Promise.reject(new Error('planted')) },
  ];
  const results = await runModules(modules, new Map([['code', site]]));
  t.deepEqual(
    results.map(({ expected, seen }) => [expected, seen]),
    [
      ['accepted', 'accepted'],
      ['accepted', 'ENTRA_TOKEN_ISSUER'],
      ['accepted', 'broken: Error: planted'],
    ],
  );
});
