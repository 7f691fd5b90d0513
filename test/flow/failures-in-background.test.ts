import test, { type ExecutionContext } from 'ava';

import { FAIL, HR, OWN_KINDS, SOON, WAIT } from '../_support/failing.ts';
import { logged } from '../_support/listeners.ts';
import { testClock } from '../_support/open-store.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

/** One here takes all the time that it may. At a gateway that is a minute; it is longer than the extensions' own. */
const BACKGROUND = { wallMs: 12_000, cpuMs: 600, requestMs: 10_000, hostCalls: 1_000 };

const SCHEDULE = '0 3 * * *';

/** An extension whose hooks in the background all fail in one way; the operator forgives what can be forgiven. */
function failing(t: ExecutionContext, kind: string): { readonly source: string } {
  const code = `${FAIL} const run = () => fail('${kind}');
    export default { events: { 'signIn.succeeded': run }, schedule: run };`;
  const manifest = { requests: { fetch: [HR] }, schedule: SCHEDULE };
  const source = writeExtension(t, kind.replace('_', '-'), code, manifest);
  const forgiven = { on_failure: 'allow', acknowledge_fail_open: true };
  return { source, limits: SOON, grant: { fetch: [HR] }, ...forgiven } as { source: string };
}

test('each kind of failure, of an event and of a schedule, is tried again and never taken for done', async (t) => {
  const clock = testClock(); // a Monday, 09:00 UTC
  const extensions = OWN_KINDS.map((kind) => failing(t, kind));
  const world = await startWorld(t, { clock, extensions, background: BACKGROUND });
  await world.signIn('jane@contoso.example');
  clock.now = Date.UTC(2026, 0, 6, 3);
  await world.gateway.events?.idle();
  const failures = logged(world, 'event_failed').map((line) => JSON.stringify(line));
  for (const kind of OWN_KINDS.filter((one) => one !== 'invalid_result')) {
    for (const name of ['signIn.succeeded', 'schedule']) {
      const found = failures.filter(
        (line) => line.includes(`"extension":"${kind.replace('_', '-')}"`) && line.includes(name),
      );
      t.regex(found.join('\n'), new RegExp(`"kind":"${kind}".*"again":`), `${kind} ${name}`);
    }
  }
  t.like(
    logged(world, 'event_done'),
    [{ extension: 'invalid-result' }, { extension: 'invalid-result' }],
    'nobody waits for what a hook in the background returns: it cannot be wrong',
  );
});

const INTERRUPTED = `${WAIT}
export default { events: { 'signIn.succeeded': async (event, ctx) => {
  if (event.attempt === 1) await wait(ctx);
  console.log('done at', event.attempt);
} } };`;

test('who loses the runner in the background is run again, and that counts as no failure', async (t) => {
  const clock = testClock();
  const extensions = ['first', 'second'].map((name) => ({
    source: writeExtension(t, name, INTERRUPTED),
  }));
  const world = await startWorld(t, { clock, extensions });
  await world.signIn('jane@contoso.example');
  const says = (text: string): number => world.lines.filter((line) => line.includes(text)).length;
  while (says('it is under way') < 2) {
    // oxlint-disable-next-line no-await-in-loop -- until both are
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const pid of world.gateway.runners) process.kill(pid, 'SIGKILL');
  await world.gateway.events?.idle();
  t.like(logged(world, 'event_failed'), [{ kind: 'unavailable' }, { kind: 'unavailable' }]);
  clock.now += 5_000;
  await world.gateway.events?.idle();
  t.is(says('done at 2'), 2);
});
