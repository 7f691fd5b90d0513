import test, { type ExecutionContext } from 'ava';

import type { FailureKind } from '../../sandbox/contract.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

/** How guest code fails in each kind; a dependency is out of reach because its name is that of this machine. What is `unavailable` is no doing of the code: `test/extensions/pool` has it. */
const WAYS: { readonly [kind in Exclude<FailureKind, 'unavailable'>]: string } = {
  throw: "throw new Error('broken');",
  timeout: 'await new Promise(() => {});',
  cpu: 'for (;;);',
  memory: 'const all = []; for (;;) all.push(new Array(100_000).fill(1.5));',
  limit: 'for (let i = 0; i < 200; i++) setTimeout(() => {}, 1_000); await new Promise(() => {});',
  invalid_result: "return 'allow';",
  dependency: "await fetch('https://hr.localhost/v2/people');",
};

const HOOKS = ['decide', 'enrich'] as const;

/** Fails in the hook, and in the way, that the page which was asked for names. */
const FAILING = `
async function fail(kind) { ${Object.entries(WAYS)
  .map(([kind, code]) => `if (kind === '${kind}') { ${code} }`)
  .join('\n')} }
const run = (hook, well) => async (signIn) => {
  const [, at, kind] = signIn.request.path.split(/[?.]/);
  return at === hook ? fail(kind) : well;
};
export default { decide: run('decide', { decision: 'allow' }), enrich: run('enrich', {}) };`;

const HR = { origin: 'https://hr.localhost', allow: ['GET /v2/people'] };

async function startFailing(t: ExecutionContext, more: object): Promise<World> {
  const source = writeExtension(t, 'failing', FAILING, { requests: { fetch: [HR] } });
  const limits = { wall: '3s', cpu: '300ms', memory: '16MB' };
  return startWorld(t, { extensions: [{ source, limits, grant: { fetch: [HR] }, ...more }] });
}

async function failIn(world: World, hook: string, kind: string) {
  const { signedIn, record } = await world.signIn('jane@contoso.example', {
    path: `/?${hook}.${kind}`,
  });
  const failed = record.extensions.find(({ failure }) => failure !== null);
  return { signedIn, failed };
}

const KINDS = Object.keys(WAYS);

test('by default each kind of failure, in each hook, keeps the person out', async (t) => {
  const world = await startFailing(t, {});
  for (const hook of HOOKS) {
    for (const kind of KINDS) {
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
    for (const kind of KINDS) {
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
