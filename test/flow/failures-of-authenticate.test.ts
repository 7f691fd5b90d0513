import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { runCli } from '../_support/cli.ts';
import { FAIL, HR, OWN_KINDS, SOON, WAIT } from '../_support/failing.ts';
import { partnerMethod, type, writeAuthenticator } from '../_support/password-world.ts';
import { startWorld, type World } from '../_support/world.ts';

/** Knows everybody, unless their names are those of a failure. */
const AUTHENTICATOR = `${FAIL} ${WAIT}
export default {
  async authenticate({ username }, ctx) {
    if (username.startsWith('wait')) await wait(ctx);
    if (username.startsWith('slow')) await new Promise(() => {});
    if (username.startsWith('fail.')) return fail(username.slice(5));
    return { verdict: 'accept', id: username };
  },
};`;

/** Every failure is forgiven, as far as a failure to authenticate can be. */
function startForgiving(t: ExecutionContext, limits: object = SOON): Promise<World> {
  const requests = { fetch: [HR] };
  const source = writeAuthenticator(t, 'partner-login', AUTHENTICATOR, { requests });
  const forgiven = { on_failure: 'allow', acknowledge_fail_open: true };
  return startWorld(t, {
    file: { authentications: [partnerMethod()] },
    extensions: [{ source, limits, grant: { fetch: [HR] }, ...forgiven }],
  });
}

test('no kind of failure vouches for anybody, whatever the operator forgives', async (t) => {
  const world = await startForgiving(t);
  for (const kind of OWN_KINDS) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await type(world, { username: `fail.${kind}`, password: 'x' });
    const record = world.records.at(-1);
    t.like(record, { outcome: 'failed', principal: null }, kind);
    t.like(record?.extensions[0], { hook: 'authenticate', failure: { kind } }, kind);
  }
  t.is(await world.gateway.sessions.count(), 0);
  await type(world, { username: 'ada', password: 'x' });
  t.like(world.records.at(-1), { outcome: 'allowed', code: null }, 'who is vouched for gets in');
  t.is(await world.gateway.sessions.count(), 1);
});

test('who loses the runner while an extension is asked about a password does not get in', async (t) => {
  const world = await startForgiving(t);
  const typed = ['wait-1', 'wait-2'].map((username) => type(world, { username, password: 'x' }));
  while (world.lines.filter((line) => line.includes('it is under way')).length < 2) {
    // oxlint-disable-next-line no-await-in-loop -- until both are
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const pid of world.gateway.runners) process.kill(pid, 'SIGKILL');
  await Promise.all(typed);
  for (const record of world.records) {
    t.like(record, { outcome: 'failed', principal: null });
    t.like(record.extensions[0], { hook: 'authenticate', failure: { kind: 'unavailable' } });
  }
  t.is(world.records.length, 2);
  t.is(await world.gateway.sessions.count(), 0);
});

test('who would wait in vain after several others is answered at once, and that counts as no run', async (t) => {
  const world = await startForgiving(t, { wall: '1s' });
  const people = ['slow-1', 'slow-2', 'slow-3', 'slow-4', 'slow-5', 'ada'];
  for (const username of people) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await type(world, { username, password: 'x' });
  }
  const codes = world.records.map(({ extensions: [run] }) => run?.failure?.code);
  t.deepEqual(codes, [...Array.from({ length: 5 }, () => 'WALL'), 'FAILED_FAST']);
  t.is(world.lines.filter((line) => line.includes('password_shown')).length, 5);
  const file = path.join(world.folder, 'entrada.yaml');
  const { stdout } = await runCli(['extension', 'list', '--config', file, '--json']);
  const [{ hooks }] = JSON.parse(stdout).extensions;
  t.like(hooks, [{ hook: 'authenticate', runs: 5, failures: 5, kinds: { timeout: 5 } }]);
  t.true(hooks[0].p50 >= 1_000);
});
