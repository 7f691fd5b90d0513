import test, { type ExecutionContext } from 'ava';

import { always } from '../../src/config/failure-policy.ts';
import { Secret } from '../../src/config/secret.ts';
import { ExtensionHost } from '../../src/extensions/host.ts';

import { assemble, type BuiltExtension } from '../../src/extensions/load.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';
import { openInMemory } from '../../src/store/sqlite.ts';
import { grantOf, manifestOf } from '../_support/extensions.ts';
import { scheduleRun } from '../_support/hook-run.ts';

/** A host without extensions, and what it reports. */
async function startHost(t: ExecutionContext) {
  const reported: string[] = [];
  const store = openInMemory(Date.now);
  const host = await ExtensionHost.start({
    extensions: [],
    platform: await loadPlatform(),
    ownOrigin: 'https://files.test',
    clock: Date.now,
    store,
    log: () => undefined,
    exposed: () => undefined,
    report: (event) => void reported.push(event),
    runners: 1,
  });
  t.teardown(() => host[Symbol.asyncDispose]());
  t.teardown(() => store[Symbol.asyncDispose]());
  return { host, reported };
}

/** A version with this code. */
function versionOf(code: string): BuiltExtension {
  const config = {
    source: '/nowhere',
    integrity: null,
    mode: 'enforce',
    appliesTo: [],
    grant: grantOf(),
    config: {},
    limits: {},
    onFailure: always('deny'),
  } as const;
  const bundle = { code, map: '{"version":3,"sources":[],"names":[],"mappings":""}', packages: [] };
  return assemble(manifestOf(), config, bundle, 'sha256-x');
}

const never = (): Promise<never> => Promise.reject(new Error('nothing is reachable'));
const CLIENTS = { public: never, any: never };
const TOKENS = { token: async (): Promise<undefined> => undefined };

const SCHEDULE = scheduleRun({ tokens: TOKENS, clients: CLIENTS });

test('who asks an extension that there is not about credentials is told that there is none', async (t) => {
  const { host, reported } = await startHost(t);
  const told = {
    id: 'sign-in-1',
    username: 'ada',
    method: { id: 'partner', type: 'extension', name: 'Partner' },
    service: { type: 'file-browser', path: '/' },
    request: { address: '192.0.2.1', userAgent: 'x', path: '/' },
  } as const;
  t.is(
    await host.authenticate('partner', {
      told,
      password: new Secret('correct horse'),
      clients: CLIENTS,
    }),
    undefined,
  );
  t.deepEqual([reported, host.pids], [[], []], 'nothing was started, nobody was shown it');
});

test('what cannot be loaded in the background fails its run, and the next run tries again', async (t) => {
  const { host } = await startHost(t);
  const broken = await host.runInBackground(versionOf('no script'), SCHEDULE);
  t.is(broken.result, null);
  t.like(broken.failure, { kind: 'unavailable', code: 'RUNNER_LOST' });
  const mended = versionOf('(function () { return { schedule() {} }; })');
  const { result, failure } = await host.runInBackground(mended, SCHEDULE);
  t.deepEqual([result, failure], ['null', null]);
});
