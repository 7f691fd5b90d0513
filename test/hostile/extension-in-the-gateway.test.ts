import { readFileSync, readlinkSync } from 'node:fs';

import test from 'ava';

import { startWorld, writeExtension } from '../_support/world.ts';

/** Runs at the evaluation of the module and in a hook, wherever that is, and leaves a trace in the realm that it runs in. */
const TRACING = `
globalThis.extensionWasHere = true;
const found = [typeof process, typeof require, typeof Buffer, import.meta?.dirname].join(' ');
export default {
  decide() {
    Object.prototype.extensionWasHere = true;
    return { decision: 'allow' };
  },
  enrich: () => ({ claims: { found } }),
};`;

test('an extension runs in no realm of the gateway’s process', async (t) => {
  const source = writeExtension(t, 'tracing', TRACING, {
    requests: { enrich: { claims: ['found'] } },
  });
  const world = await startWorld(t, {
    extensions: [{ source, grant: { enrich: { claims: ['found'] } } }],
  });
  const { record } = await world.signIn('jane@contoso.example');
  t.like(record.extensions, [
    { failure: null },
    { failure: null, patch: { claims: { found: 'undefined undefined undefined ' } } },
  ]);
  t.false('extensionWasHere' in globalThis, 'the gateway runs in the process of this test');
});

const ALLOWING = "export default { decide: () => ({ decision: 'allow' }) };";

test('the runner of an extension is another process', async (t) => {
  const source = writeExtension(t, 'allowing', ALLOWING);
  const { gateway } = await startWorld(t, { runners: 2, extensions: [{ source }] });
  t.is(gateway.runners.length, 2);
  t.false(gateway.runners.includes(process.pid));
});

test('the runner of an extension has no environment, no standard streams, and no folder of the gateway', async (t) => {
  const source = writeExtension(t, 'allowing', ALLOWING);
  const { gateway } = await startWorld(t, { extensions: [{ source }] });
  t.true(gateway.runners.length > 0);
  for (const pid of gateway.runners) {
    t.is(readFileSync(`/proc/${pid}/environ`, 'utf8'), '');
    t.is(readlinkSync(`/proc/${pid}/cwd`), '/');
    const flags = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    t.true(flags.includes('--no-wasm-code-gc'), 'it could wait for ever for an isolate that ends');
    for (const fd of [0, 1]) t.is(readlinkSync(`/proc/${pid}/fd/${fd}`), '/dev/null');
  }
});
