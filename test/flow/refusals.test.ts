import test, { type ExecutionContext } from 'ava';

import type { FailureKind } from '../../sandbox/contract.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

async function noSession(t: ExecutionContext, world: World, code: ErrorCode): Promise<void> {
  const { signedIn, record, page } = await world.signIn('jane@contoso.example');
  t.false(signedIn);
  t.is(record.code, code);
  t.true(page.html.includes(record.id), 'the page names the request');
  t.is(await world.gateway.sessions.count(), 0);
}

/** Far from what a failure of another kind needs, however busy the machine is. */
const AMPLE = { wall: '20s', cpu: '5s', memory: '32MB' };

/** The one limit that is to be met. */
const TIGHT: { readonly [kind in FailureKind]?: object } = {
  cpu: { cpu: '100ms' },
  timeout: { wall: '500ms' },
};

const FAILING: readonly (readonly [what: string, code: string, kind: FailureKind])[] = [
  ['throws', "throw new Error('broken')", 'throw'],
  ['rejects', "return Promise.reject(new Error('broken'))", 'throw'],
  [
    'leaves a rejection unhandled',
    "Promise.reject(new Error('broken')); return new Promise(() => {})",
    'throw',
  ],
  ['forgets to return', '', 'invalid_result'],
  ['returns true', 'return true', 'invalid_result'],
  ['returns a promise of nothing', 'return Promise.resolve()', 'invalid_result'],
  ['loops', 'for (;;);', 'cpu'],
  ['loops after an await', 'await null; for (;;);', 'cpu'],
  ['never settles', 'return new Promise(() => {})', 'timeout'],
  ['uses up its memory', 'const a = []; for (;;) a.push(new Array(100_000).fill(1.5))', 'memory'],
];

for (const [what, code, kind] of FAILING) {
  test(`an extension that ${what} lets nobody in`, async (t) => {
    const source = writeExtension(t, 'failing', `export default { async decide() { ${code} } };`);
    const world = await startWorld(t, {
      extensions: [{ source, limits: { ...AMPLE, ...TIGHT[kind] } }],
    });
    await noSession(t, world, 'SIGN_IN_EXTENSION_FAILED');
    t.is(world.records[0]?.extensions[0]?.failure?.kind, kind);
  });
}

test('an extension whose failure is forgiven by kind lets people in, and the record says so', async (t) => {
  const source = writeExtension(
    t,
    'failing',
    "export default { decide() { throw new Error('broken'); } };",
  );
  const on_failure = { throw: 'allow' };
  const world = await startWorld(t, {
    extensions: [{ source, on_failure, acknowledge_fail_open: true }],
  });
  const { signedIn, record } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  t.is(record.extensions[0]?.failure?.kind, 'throw');
});

test('an extension in shadow mode decides nothing', async (t) => {
  const source = writeExtension(
    t,
    'shadow',
    "export default { decide: () => ({ decision: 'deny', code: 'no' }) };",
  );
  const world = await startWorld(t, { extensions: [{ source, mode: 'shadow' }] });
  const { signedIn, record } = await world.signIn('jane@contoso.example');
  t.true(signedIn);
  t.like(record.extensions[0], { mode: 'shadow', decision: { decision: 'deny', code: 'no' } });
});

test('whoever needs a group and has none is refused', async (t) => {
  const world = await startWorld(t, {
    method: { base_groups: [], group_association: 'base-groups' },
  });
  await noSession(t, world, 'SIGN_IN_NO_GROUP');
});

test('a failing page of groups refuses the sign-in, never a partial list', async (t) => {
  const world = await startWorld(t);
  world.emulator.failNext('graph.memberships', { graph: 'serviceNotAvailable', status: 500 }, 10);
  const { signedIn, record } = await world.signIn('jane@contoso.example');
  t.false(signedIn);
  t.true(record.code?.startsWith('ENTRA_GRAPH'), String(record.code));
});

test('an enrichment that is not granted is not applied, and lets nobody in', async (t) => {
  const source = writeExtension(
    t,
    'greedy',
    "export default { enrich: () => ({ groups: { add: ['Legal'] }, claims: { a: 1 } }) };",
    {
      requests: { enrich: { groups: ['Legal'], claims: ['a'] } },
    },
  );
  const world = await startWorld(t, {
    extensions: [{ source, grant: { enrich: { claims: ['a'] } } }],
  });
  await noSession(t, world, 'SIGN_IN_EXTENSION_FAILED');
  t.is(world.records[0]?.extensions[0]?.failure?.code, 'PATCH_NOT_GRANTED');
});

test('an enrichment that makes a name of somebody that is none lets nobody in', async (t) => {
  const source = writeExtension(
    t,
    'renaming',
    "export default { enrich: () => ({ username: 'jane/roe' }) };",
    { requests: { enrich: { username: true } } },
  );
  const world = await startWorld(t, {
    extensions: [{ source, grant: { enrich: { username: true } } }],
  });
  await noSession(t, world, 'SIGN_IN_ENRICHMENT_REFUSED');
  t.like(world.records[0], {
    outcome: 'failed',
    reason: 'renaming: the username has a slash',
    principal: { username: 'jane' },
  });
});

test('what is granted is applied to the session: groups, roles, claims, name, headers', async (t) => {
  const source = writeExtension(
    t,
    'enriching',
    `export default { enrich: () => ({
      username: 'jr', groups: { add: ['Legal'], remove: ['Finance'] }, roles: { add: ['Auditor'] },
      claims: { cost_center: '42' }, headers: { 'X-Team': 'blue' }, session: { absolute: 60 },
    }) };`,
    {
      requests: {
        enrich: {
          groups: ['Legal', 'Finance'],
          roles: ['Auditor'],
          claims: ['cost_center'],
          username: true,
          headers: ['X-Team'],
          session: true,
        },
      },
    },
  );
  const enrich = {
    groups: ['Legal', 'Finance'],
    roles: ['Auditor'],
    claims: ['cost_center'],
    username: true,
    headers: ['X-Team'],
    session: true,
  };
  const world = await startWorld(t, {
    extensions: [{ source, grant: { enrich } }],
    file: { roles: [{ id: 'auditor', name: 'Auditor' }] },
  });
  const { record } = await world.signIn('jane@contoso.example');
  t.is(record.principal?.username, 'jr');
  t.deepEqual(
    record.principal?.groups.map(({ name }) => name),
    ['Staff', 'Legal'],
  );
  t.deepEqual(
    record.principal?.roles.map(({ name }) => name),
    ['Auditor'],
  );
  t.is(record.principal?.claims['cost_center'], '42');
  const { sessions } = await world.gateway.sessions.list({ limit: 1 });
  const session = sessions[0]?.session;
  t.deepEqual(session?.principal.headers, { 'x-team': 'blue' });
  t.is((session?.endsAt ?? 0) - (session?.createdAt ?? 0), 60_000);
});

test('a username that belongs to another person is refused [47] [N66]', async (t) => {
  const world = await startWorld(t, {
    method: { remove_username_suffix: ['@contoso.example', '@contoso.onmicrosoft.com'] },
    tenant: (seed) => ({
      ...seed,
      people: [
        ...(seed.people ?? []),
        { upn: 'jane@contoso.onmicrosoft.com', displayName: 'Another Jane' },
      ],
      applications:
        seed.applications?.map((application) => ({ ...application, assignmentRequired: false })) ??
        [],
    }),
  });
  t.true((await world.signIn('jane@contoso.example')).signedIn);
  const { signedIn, record } = await world.signIn('jane@contoso.onmicrosoft.com');
  t.false(signedIn);
  t.is(record.code, 'SIGN_IN_NAME_TAKEN');
});
