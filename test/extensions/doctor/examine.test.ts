import { readdirSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

import { diagnose } from '../../../src/cli/extension/diagnose.ts';
import { EXIT, Exit } from '../../../src/cli/exit.ts';
import { ATTACKS } from '../../../src/extensions/doctor/attacks.ts';
import { type Check, CHECKS, examine } from '../../../src/extensions/doctor/examine.ts';
import { leak, misjudged } from '../../../src/extensions/doctor/laboratory.ts';
import { PROBE, tryProcess } from '../../../src/extensions/doctor/process-trials.ts';
import { loadPlatform } from '../../../src/extensions/load-platform.ts';

async function checksOf(options: Parameters<typeof examine>[0]): Promise<readonly Check[]> {
  return Array.fromAsync(examine(options));
}

test('what holds is said to hold, in the order of the list', async (t) => {
  const only = ['constructor-walk', 'process-read', 'process-connect', 'loop'];
  const checks = await checksOf({ platform: await loadPlatform(), only });
  t.deepEqual(
    checks.map(({ name, holds, why }) => [name, holds, why]),
    ['process-read', 'process-connect', 'constructor-walk', 'loop'].map((name) => [
      name,
      true,
      null,
    ]),
  );
});

/** Statements that make the platform weak, each with the attack that tells. */
const WEAK: readonly (readonly [what: string, statement: string, attack: string])[] = [
  ['leaves a name of the host in the global object', 'globalThis.process = {};', 'foreign-globals'],
  ['keeps what an invocation left', 'Object.prototype.leftBehind = 7;', 'left-behind'],
  ['lets a text of the host out', 'globalThis.state = "file:///srv/host";', 'left-behind'],
];

for (const [what, statement, attack] of WEAK) {
  test(`a platform that ${what} is found out`, async (t) => {
    const checks = await checksOf({ platform: statement + (await loadPlatform()), only: [attack] });
    t.is(checks.length, 1);
    t.false(checks[0]?.holds);
    t.regex(checks[0]?.why ?? '', /./);
  });
}

test('a sandbox that does not hold ends the command with 1, one that holds does not', async (t) => {
  const platform = await loadPlatform();
  const weak = `globalThis.process = {};${platform}`;
  await t.notThrowsAsync(diagnose({ platform, only: ['foreign-globals'], json: true }));
  const ended = await t.throwsAsync(diagnose({ platform: weak, only: ['foreign-globals'] }));
  t.true(ended instanceof Exit && ended.code === EXIT.failed);
});

test('a check that there is not is wrong usage', async (t) => {
  const ended = await t.throwsAsync(diagnose({ platform: '', only: ['no-such-check'] }));
  t.true(ended instanceof Exit && ended.code === EXIT.usage);
});

test('a process that may do more than a runner is found out', async (t) => {
  const flags = ['--allow-fs-read=*', '--allow-fs-write=*', '--allow-child-process', '--allow-net'];
  const args = ['--permission', '--allow-worker', '--allow-addons', ...flags, PROBE, 'argument'];
  const done = new Map(await tryProcess(false, { file: process.execPath, args }));
  const could = [...done].filter(([, what]) => what !== null).map(([name]) => name);
  for (const name of ['arguments', 'spawn', 'worker', 'listen', 'datagram', 'code-from-text']) {
    t.true(could.includes(`process-${name}`), name);
  }
});

test('a probe that cannot start is no proof of anything', async (t) => {
  await t.throwsAsync(tryProcess(false, { file: process.execPath, args: ['-e', '0'] }), {
    code: 'EXTENSION_RUNNER_LOST',
  });
});

const DONE = { lines: [], asked: [], ms: 1, usage: { wallMs: 0, cpuMs: 0, heapBytes: 0 } };

test('an attack that gets hold of something else is misjudged by nobody', (t) => {
  const got = { ...DONE, outcome: { ok: true, result: '["process"]' } } as const;
  t.is(misjudged({ value: [] }, got), 'it got ["process"]');
  t.is(misjudged({ value: ['process'] }, got), undefined);
  const failed = {
    ...DONE,
    outcome: { ok: false, failure: { kind: 'memory', code: 'MEMORY', message: 'm', frames: [] } },
  } as const;
  t.is(misjudged({ fails: [['cpu', 'CPU']] }, failed), 'it failed with memory MEMORY: m');
  t.is(misjudged({ fails: [['memory', 'MEMORY']] }, failed), undefined);
});

test('a path of this machine in what an attack sees is a leak', (t) => {
  const outcome = { ok: true, result: JSON.stringify(`at ${import.meta.filename}:1:1`) } as const;
  t.regex(leak({ ...DONE, outcome }) ?? '', /is in what it leaves behind/);
  t.is(leak({ ...DONE, outcome: { ok: true, result: '"nothing"' } }), undefined);
  t.regex(leak({ ...DONE, outcome: { ok: true, result: '1' }, lines: ['file:///x'] }) ?? '', /./);
});

test('no two checks have one name, and each attack has a test of its own', (t) => {
  t.is(new Set(CHECKS.map(([name]) => name)).size, CHECKS.length);
  const files = readdirSync(path.resolve(import.meta.dirname, '../../hostile/programs'));
  const without = ATTACKS.filter(({ name }) => !files.includes(`${name}.ts`));
  t.deepEqual(
    without.map(({ name }) => name),
    [],
  );
});
