/** A runner of a gateway is told to debug: it has nothing to do it with. */
import path from 'node:path';

import test from 'ava';

import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';
import { RunnerHost } from '../../src/extensions/pool/runner-host.ts';
import type { Job } from '../../src/extensions/job.ts';

const DEBUG = path.resolve(import.meta.dirname, '../../src/extensions/runner/debug.ts');

const JOB: Job = {
  extension: 'asked',
  call: JSON.stringify({
    hook: 'describe',
    event: null,
    config: {},
    tokens: {},
    secrets: {},
    deadline: 0,
    resultLength: 1_000,
    messageLength: 1_000,
  }),
  source: null,
  limits: DEFAULT_LIMITS,
  measure: false,
  answer: async () => '{"ok":true,"value":null}',
  log: () => undefined,
  repeatable: () => true,
};

/** What a debugger says when it is asked before an invocation, and how the invocation ends. */
async function askDebugger(entry: string | undefined): Promise<readonly [string[], unknown]> {
  const said: string[] = [];
  const host = new RunnerHost(
    await loadPlatform(),
    { lost: () => undefined, sick: () => undefined, inspected: (text) => void said.push(text) },
    { jitless: false, dataLimit: null, ...(entry === undefined ? {} : { entry }) },
  );
  await host.started();
  const source = '(function () { return { decide() {} }; })';
  await host.loadExtension({ type: 'load', extension: 'asked', source, memoryMb: 64 });
  host.inspect('{"id":1,"method":"Schema.getDomains"}');
  const result = await host.run(JOB);
  host.kill('the test is over');
  return [said, 'lost' in result ? result : result.outcome];
}

test('a runner of a gateway says nothing to a debugger, and goes on', async (t) => {
  const [said, outcome] = await askDebugger(undefined);
  t.deepEqual(said, []);
  t.deepEqual(outcome, { ok: true, result: '["decide"]' });
});

test('the program that debugs answers it: the question is one', async (t) => {
  const [said, outcome] = await askDebugger(DEBUG);
  t.true(said.join('\n').includes('"Debugger"'), said.join('\n'));
  t.deepEqual(outcome, { ok: true, result: '["decide"]' });
});
