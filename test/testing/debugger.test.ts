import { once } from 'node:events';
import { createServer } from 'node:net';

import test from 'ava';

import { EntradaError } from '../../src/errors.ts';
import type { Job } from '../../src/extensions/job.ts';
import { limitsOf } from '../../src/extensions/limits.ts';
import { DebugBench, forDebugging } from '../../src/testing/debugger/debug-bench.ts';
import { openEndpoint } from '../../src/testing/debugger/endpoint.ts';
import { Frontend } from '../../src/testing/debugger/frontend.ts';
import { buildFor } from '../../src/testing/workbench.ts';
import { writeExtension } from '../_support/world.ts';

test('a debugger cannot listen where somebody else does, and says what to do', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const error = await t.throwsAsync(openEndpoint(new Frontend(), 'tried', port), {
    instanceOf: EntradaError,
    code: 'SERVER_LISTEN',
    message: `the debugger cannot listen on 127.0.0.1:${port}`,
  });
  t.like(error, { cause: { code: 'EADDRINUSE' } });
  t.regex(error?.next ?? '', /another port/);
});

const JOB: Job = {
  extension: null,
  source: null,
  call: '{}',
  limits: limitsOf({}),
  measure: false,
  answer: async () => '',
  log: () => undefined,
  repeatable: () => false,
};

test('nothing runs before an extension is loaded', async (t) => {
  await using bench = new DebugBench();
  t.like(await bench.run(JOB), {
    outcome: { ok: false, failure: { kind: 'unavailable', message: 'nothing is loaded' } },
  });
});

test('an extension that does not load is refused, and the next one takes its place', async (t) => {
  await using bench = new DebugBench();
  const built = await buildFor(writeExtension(t, 'tried', 'export default {};'));
  if (!built.ok) return t.fail();
  const readable = await forDebugging(built.extension);
  const broken = { ...readable, bundle: { ...readable.bundle, code: 'this is no script' } };
  await t.throwsAsync(bench.load(broken), { code: 'EXTENSION_UNLOADABLE' });
  const { outcome } = await bench.run(JOB);
  t.like(outcome, { ok: false, failure: { kind: 'unavailable' } }, 'whoever comes meanwhile');
  t.regex(outcome.ok ? '' : outcome.failure.message, /^tried does not load: /);
  await t.notThrowsAsync(bench.load(readable));
});
