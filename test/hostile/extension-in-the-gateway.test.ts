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

test('the runner of an extension is another process', async (t) => {
  const source = writeExtension(
    t,
    'allowing',
    "export default { decide: () => ({ decision: 'allow' }) };",
  );
  const { gateway } = await startWorld(t, { runners: 2, extensions: [{ source }] });
  t.is(gateway.runners.length, 2);
  t.false(gateway.runners.includes(process.pid));
});
