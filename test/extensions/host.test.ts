import test, { type ExecutionContext } from 'ava';

import type { Clock } from '../../src/clock.ts';
import { always } from '../../src/config/failure-policy.ts';
import { Secret } from '../../src/config/secret.ts';
import { ExtensionHost, type HostOptions } from '../../src/extensions/host.ts';

import { assemble, type BuiltExtension } from '../../src/extensions/load.ts';
import { loadPlatform } from '../../src/extensions/load-platform.ts';
import type { Requests } from '../../src/extensions/manifest.ts';
import { openInMemory } from '../../src/store/sqlite.ts';
import { grantOf, manifestOf } from '../_support/extensions.ts';
import { scheduleRun } from '../_support/hook-run.ts';

/** A host of these extensions, by default none, and what it reports. */
async function startHost(
  t: ExecutionContext,
  extensions: readonly BuiltExtension[] = [],
  clock: Clock = Date.now,
  options: Partial<HostOptions> = {},
) {
  const reported: string[] = [];
  const store = openInMemory(Date.now);
  const host = await ExtensionHost.start({
    extensions,
    platform: await loadPlatform(),
    ownOrigin: 'https://files.test',
    clock,
    store,
    log: () => undefined,
    exposed: () => undefined,
    report: (event) => void reported.push(event),
    runners: 1,
    ...options,
  });
  t.teardown(() => host[Symbol.asyncDispose]());
  t.teardown(() => store[Symbol.asyncDispose]());
  return { host, reported };
}

/** A version with this code. */
function versionOf(code: string, requests: Partial<Requests> = {}): BuiltExtension {
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
  return assemble(manifestOf(requests), config, bundle, 'sha256-x');
}

const never = (): Promise<never> => Promise.reject(new Error('nothing is reachable'));
const CLIENTS = { public: never, any: never };
const TOKENS = { token: async (): Promise<undefined> => undefined };

const SCHEDULE = scheduleRun({ tokens: TOKENS, clients: CLIENTS });

/** Somebody who typed a username and a password. */
const ADA = {
  told: {
    id: 'sign-in-1',
    username: 'ada',
    method: { id: 'partner', type: 'extension', name: 'Partner' },
    service: { type: 'file-browser', path: '/' },
    request: { address: '192.0.2.1', userAgent: 'x', path: '/' },
  },
  password: new Secret('correct horse'),
  clients: CLIENTS,
} as const;

const named = (id: string, code: string): BuiltExtension => ({ ...versionOf(code), id, name: id });

/** What runners were told to load, and not to unload later. */
function leftLoaded(frames: readonly Buffer[]): readonly string[] {
  const loaded = new Set<string>();
  for (const frame of frames) {
    const [, type, id] =
      /^.{4}\{"type":"(load|unload)","extension":"(\w+)"/s.exec(frame.toString()) ?? [];
    if (type === 'load' && id) loaded.add(id);
    if (type === 'unload' && id) loaded.delete(id);
  }
  return [...loaded];
}

test('of versions that a running gateway does not take because one of them does not load, none is left', async (t) => {
  const frames: Buffer[] = [];
  const { host } = await startHost(t, [], Date.now, { tap: (frame) => void frames.push(frame) });
  const good = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => named(id, '(() => ({}))'));
  const odd = named('odd', '(() => { throw new Error("odd"); })');
  await t.throwsAsync(host.take([odd, ...good]), { code: 'EXTENSION_UNLOADABLE' });
  const began = frames.length;
  await new Promise((resolve) => setTimeout(resolve, 300)); // longer than they take to load
  t.true(frames.length > 0);
  t.deepEqual(leftLoaded(frames), []);
  t.is(frames.length, began, 'nothing goes on');
});

test('a version that comes back is asked, however long what comes with it takes to load', async (t) => {
  const graceMs = 200;
  const gate = named('gate', '(() => ({ decide() {} }))');
  const { host } = await startHost(t, [gate], Date.now, { graceMs });
  await host.take([]);
  const slow = named(
    'slow',
    `(() => { for (const until = Date.now() + 3 * ${graceMs}; Date.now() < until;); return {}; })`,
  );
  await host.take([gate, slow]);
  t.true(host.has(gate, 'decide'));
});

test('who asks an extension that there is not about credentials is told that there is none', async (t) => {
  const { host, reported } = await startHost(t);
  t.is(await host.authenticate('partner', ADA), undefined);
  t.deepEqual([reported, host.pids], [[], []], 'nothing was started, nobody was shown it');
});

test('nobody is waited for any more when the gateway itself breaks in a run', async (t) => {
  let breaks = false;
  const clock = (): number => {
    if (breaks) throw new RangeError('no time');
    return Date.now();
  };
  const code = '(function () { return { authenticate() { return { decision: "deny" }; } }; })';
  const { host } = await startHost(t, [versionOf(code, { password: true })], clock);
  breaks = true;
  const asked = host.authenticate('tested', ADA);
  t.is(host.awaited, 1, 'work in the background gives way');
  await t.throwsAsync(asked, { instanceOf: RangeError });
  t.is(host.awaited, 0);
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
