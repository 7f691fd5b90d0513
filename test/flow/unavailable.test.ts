/** Extensions that could not be run, for real: their runner is lost under them, or more people wait than may. */
import test, { type ExecutionContext } from 'ava';

import { WAIT } from '../_support/failing.ts';
import { startWorld, type World, type WorldOptions, writeExtension } from '../_support/world.ts';

/** Waits where the page that was asked for names the hook. */
const WAITING = `${WAIT}
const run = (hook, well) => async (signIn, ctx) => {
  if (signIn.request.path.includes(hook)) await wait(ctx);
  return well;
};
export default { decide: run('decide', { decision: 'allow' }), enrich: run('enrich', {}) };`;

const LIMITS = { wall: '30s', cpu: '5s' } as const;

/** Two that wait at the same time: neither is to blame for what happens to their runner. */
function startTwo(t: ExecutionContext, more: object, options: WorldOptions = {}): Promise<World> {
  const extensions = ['first', 'second'].map((name) => ({
    source: writeExtension(t, name, WAITING),
    limits: LIMITS,
    ...more,
  }));
  return startWorld(t, { ...options, extensions });
}

const underWay = ({ lines }: World): number =>
  lines.filter((line) => line.includes('it is under way')).length;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    // oxlint-disable-next-line no-await-in-loop -- somebody else makes it true
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Signs somebody in, and takes the runner away while both wait. */
async function loseRunner(world: World, hook: string) {
  const before = underWay(world);
  const signIn = world.signIn('jane@contoso.example', { path: `/?${hook}` });
  await until(() => underWay(world) === before + 2);
  for (const pid of world.gateway.runners) process.kill(pid, 'SIGKILL');
  return signIn;
}

const failures = ({ record }: Awaited<ReturnType<typeof loseRunner>>) =>
  record.extensions.flatMap(({ hook, failure }) => (failure ? [[hook, failure.kind]] : []));

const bothIn = (hook: string) => [
  [hook, 'unavailable'],
  [hook, 'unavailable'],
];

test.serial(
  'who loses the runner while an extension is asked is not let in, by default',
  async (t) => {
    const world = await startTwo(t, {});
    for (const hook of ['decide', 'enrich']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const ended = await loseRunner(world, hook);
      t.false(ended.signedIn, hook);
      t.deepEqual(failures(ended), bothIn(hook));
    }
    t.is(await world.gateway.sessions.count(), 0);
    t.true(
      (await world.signIn('jane@contoso.example')).signedIn,
      'the next one finds another runner',
    );
  },
);

test.serial(
  'who loses the runner is let in where the operator acknowledged that, for this kind alone',
  async (t) => {
    const on_failure = { unavailable: 'allow' };
    const world = await startTwo(t, { on_failure, acknowledge_fail_open: true });
    for (const hook of ['decide', 'enrich']) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const ended = await loseRunner(world, hook);
      t.true(ended.signedIn, hook);
      t.deepEqual(failures(ended), bothIn(hook));
    }
  },
);

test.serial('who loses the runner is let in by no other forgiveness', async (t) => {
  const on_failure = { memory: 'allow', timeout: 'allow', throw: 'allow' };
  const world = await startTwo(t, { on_failure, acknowledge_fail_open: true });
  const ended = await loseRunner(world, 'decide');
  t.false(ended.signedIn);
  t.deepEqual(failures(ended), bothIn('decide'));
});

// ---- more than may wait

/** 32 run and 64 wait. */
const MOST = 96;

const SLOWLY = `const run = (well) => () => new Promise((resolve) => setTimeout(resolve, 200, well));
export default { decide: run({ decision: 'allow' }), enrich: run({}) };`;

/** One more than may be asked at the same time. */
function startCrowd(t: ExecutionContext, more: object): Promise<World> {
  const extensions = Array.from({ length: MOST + 1 }, (_, index) => ({
    source: writeExtension(t, `extension-${index}`, SLOWLY),
    limits: LIMITS,
    ...more,
  }));
  return startWorld(t, { extensions });
}

test.serial('who meets more extensions than may wait is not let in, by default', async (t) => {
  const world = await startCrowd(t, {});
  const { signedIn, record } = await world.signIn('jane@contoso.example');
  t.false(signedIn);
  t.is(record.extensions.length, MOST + 1, 'enrich is not reached');
  t.like(
    record.extensions.flatMap(({ failure }) => failure ?? []),
    [{ kind: 'unavailable', code: 'QUEUE_FULL' }],
  );
});

test.serial(
  'who meets more extensions than may wait is let in where the operator acknowledged that',
  async (t) => {
    const on_failure = { unavailable: 'allow' };
    const world = await startCrowd(t, { on_failure, acknowledge_fail_open: true });
    const { signedIn, record } = await world.signIn('jane@contoso.example');
    t.true(signedIn);
    t.like(
      record.extensions.flatMap(({ hook, failure }) => (failure ? [{ hook, ...failure }] : [])),
      [
        { hook: 'decide', kind: 'unavailable', code: 'QUEUE_FULL' },
        { hook: 'enrich', kind: 'unavailable', code: 'QUEUE_FULL' },
      ],
    );
  },
);
