import test from 'ava';

import { ifNeeded, startEarly } from '../../src/cli/early-runners.ts';
import { createLog } from '../../src/log.ts';
import { ended } from '../_support/child-processes.ts';
import { extension, fileWith, readJson } from '../_support/config-file.ts';

const options = { log: createLog({ pretty: false, level: 'silent' }), jitless: false };

function configWith(more: { readonly [key: string]: unknown }) {
  const loaded = readJson(fileWith(more));
  if (!loaded.ok) throw new Error('the configuration is wrong');
  return loaded.config;
}

test('no runner is started for a configuration that has nothing to run in it', async (t) => {
  const theirs = extension({ source: 'extensions/theirs', owner: 'supplier' });
  const gates = [extension({ mode: 'off' }), theirs];
  t.is(await startEarly(configWith({ extensions: gates }), options), null);
  t.is(await startEarly(configWith({}), options), null);
});

test('runners that turn out to be nobody’s are ended', async (t) => {
  const pools = await startEarly(configWith({ extensions: [extension()] }), options);
  t.teardown(() => pools?.[Symbol.asyncDispose]());
  const pids = (await pools!.of({ id: 'gate', dedicated: false, owner: null })).pids;
  t.true(pids.length > 0);
  t.deepEqual(await ifNeeded(pools, [{ dedicated: false, owner: null }]), { pools });
  t.deepEqual(await ifNeeded(pools, [{ dedicated: true, owner: null }]), {});
  await ended(pids);
});
