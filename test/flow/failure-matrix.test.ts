import test, { type ExecutionContext } from 'ava';

import { FAIL, HR, OWN_KINDS, SOON } from '../_support/failing.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

const HOOKS = ['decide', 'enrich'] as const;

/** Fails in the hook, and in the way, that the page which was asked for names. */
const FAILING = `
${FAIL}
const run = (hook, well) => async (signIn) => {
  const [, at, kind] = signIn.request.path.split(/[?.]/);
  return at === hook ? fail(kind) : well;
};
export default { decide: run('decide', { decision: 'allow' }), enrich: run('enrich', {}) };`;

async function startFailing(t: ExecutionContext, more: object): Promise<World> {
  const source = writeExtension(t, 'failing', FAILING, { requests: { fetch: [HR] } });
  const grant = { fetch: [HR] };
  return startWorld(t, { extensions: [{ source, limits: SOON, grant, ...more }] });
}

async function failIn(world: World, hook: string, kind: string) {
  const { signedIn, record } = await world.signIn('jane@contoso.example', {
    path: `/?${hook}.${kind}`,
  });
  const failed = record.extensions.find(({ failure }) => failure !== null);
  return { signedIn, failed };
}

test('by default each kind of failure, in each hook, keeps the person out', async (t) => {
  const world = await startFailing(t, {});
  for (const hook of HOOKS) {
    for (const kind of OWN_KINDS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { signedIn, failed } = await failIn(world, hook, kind);
      t.false(signedIn, `${hook} ${kind}`);
      t.like(failed, { hook, failure: { kind } }, `${hook} ${kind}`);
    }
  }
  t.is(await world.gateway.sessions.count(), 0);
});

test('each kind of failure that is forgiven, in each hook, lets the person in, and is in the record', async (t) => {
  const world = await startFailing(t, { on_failure: 'allow', acknowledge_fail_open: true });
  for (const hook of HOOKS) {
    for (const kind of OWN_KINDS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { signedIn, failed } = await failIn(world, hook, kind);
      t.true(signedIn, `${hook} ${kind}`);
      t.like(failed, { hook, failure: { kind } }, `${hook} ${kind}`);
    }
  }
});

test('a failure is forgiven by its kind alone', async (t) => {
  const on_failure = { throw: 'allow', invalid_result: 'allow' };
  const world = await startFailing(t, { on_failure, acknowledge_fail_open: true });
  for (const [kind, forgiven] of [
    ['throw', true],
    ['invalid_result', true],
    ['limit', false],
    ['cpu', false],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    t.is((await failIn(world, 'decide', kind)).signedIn, forgiven, kind);
  }
});
