import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { runCli } from '../_support/cli.ts';
import { startWorld, type World, writeExtension } from '../_support/world.ts';

const JANE = 'jane@contoso.example';
const EMIL = 'emil@contoso.example';

/** The groups and roles that rules name, beside those of every world. */
const GROUPS = [
  { id: 'staff', name: 'Staff' },
  { id: 'ledgers', name: 'Ledgers' },
];
const ROLES = [{ id: 'auditors', name: 'Auditors' }];

function startMapped(
  t: ExecutionContext,
  mapping: readonly object[],
  more: Parameters<typeof startWorld>[1] = {},
): Promise<World> {
  const file = { mapping, groups: GROUPS, roles: ROLES, ...more.file };
  return startWorld(t, { ...more, file });
}

const RULES = [
  { claim: 'department', from: 'graph:department' },
  { claim: 'number', from: 'graph:employeeId' },
  { claim: 'nowhere', from: 'graph:companyName' },
  {
    name: 'senior title',
    claim: 'level',
    value: 'senior',
    when: { attribute: 'graph:jobTitle', is: ['Head of Finance'] },
  },
  { name: 'all others', claim: 'level', value: 'junior' },
  { group: 'Ledgers', when: { attribute: 'graph:department', is: ['Finance', 'Legal'] } },
  { role: 'Auditors', unless: { attribute: 'graph:department', is: ['Finance'] } },
  {
    name: 'no engineers',
    deny: 'engineers',
    message: 'This service is for the office.',
    when: { attribute: 'graph:department', is: 'Engineering' },
  },
];

test.serial(
  'rules set claims from Graph, add groups by attribute and refuse, with one request',
  async (t) => {
    const world = await startMapped(t, RULES);
    const { signedIn, record } = await world.signIn(JANE);
    t.true(signedIn);
    t.like(record.principal, {
      claims: { department: 'Finance', number: '1002', level: 'senior' },
      groups: [{ name: 'Staff' }, { name: 'Ledgers' }],
      roles: [],
    });
    t.false(Object.hasOwn(record.principal?.claims ?? {}, 'nowhere'));
    const calls = record.extensions.map(({ extension, hook, hostCalls }) => [
      `${extension}.${hook}`,
      hostCalls.map(({ method, url, status }) => `${method} ${url} ${status}`),
    ]);
    t.deepEqual(calls, [
      ['mapping.decide', ['GET https://graph.microsoft.com/v1.0/me 200']],
      ['mapping.enrich', []],
    ]);

    const emil = await world.signIn(EMIL);
    t.false(emil.signedIn);
    t.like(emil.record, {
      outcome: 'denied',
      denial: 'engineers',
      message: 'This service is for the office.',
      reason: 'mapping: the rule no engineers of mapping',
    });
  },
);

test.serial('explain names the rule behind each claim, group and role', async (t) => {
  const world = await startMapped(t, RULES);
  const { record } = await world.signIn(JANE);
  const config = path.join(world.folder, 'entrada.yaml');
  const { stdout } = await runCli(['explain', record.id, '--config', config]);
  t.regex(stdout, /^ {2}group +Ledgers +the rule group Ledgers$/m);
  t.regex(stdout, /^ {2}claim +department +"Finance" +the rule claim department$/m);
  t.regex(stdout, /^ {2}claim +level +"senior" +the rule senior title or all others$/m);
});

test.serial('rules of groups and of claims of the token ask nobody', async (t) => {
  const world = await startMapped(t, [
    { deny: 'legal', when: { entra_group: ['Legal'] } },
    { claim: 'mail', from: 'token:email' },
    { claim: 'staff', value: 'yes', when: { group: ['Staff'] } },
    { claim: 'ledgers', value: 'yes', when: { group: ['Ledgers'] } },
  ]);
  const { record } = await world.signIn(JANE);
  t.is(record.outcome, 'allowed');
  t.is(record.principal?.claims['staff'], 'yes');
  t.is(record.principal?.claims['mail'], record.principal?.email ?? 'none');
  t.false(Object.hasOwn(record.principal?.claims ?? {}, 'ledgers'));
  t.deepEqual(
    record.extensions.flatMap(({ hostCalls }) => hostCalls),
    [],
  );
});

test.serial('when Graph does not answer, nobody gets in', async (t) => {
  const world = await startMapped(t, RULES);
  world.emulator.failNext('graph.me', { status: 503 }, 20);
  const { signedIn, record } = await world.signIn(JANE);
  t.false(signedIn);
  t.is(record.code, 'SIGN_IN_EXTENSION_FAILED');
  t.regex(record.reason ?? '', /Graph answered with status 503/);
  t.is(await world.gateway.sessions.count(), 0);
});

test.serial(
  'a property that Graph does not know lets nobody in, and the record names it',
  async (t) => {
    const world = await startMapped(t, [{ claim: 'x', from: 'graph:noSuchProperty' }]);
    const { signedIn, record } = await world.signIn(JANE);
    t.false(signedIn);
    t.regex(record.reason ?? '', /Graph refuses the request: does a person have noSuchProperty\?/);
  },
);

test.serial('rules and extensions stand side by side; what both write is refused', async (t) => {
  const code = `export default { enrich: () => ({ claims: { tier: 'gold', level: 'x' } }) };`;
  const requests = { enrich: { claims: ['tier', 'level'] } };
  const source = writeExtension(t, 'tiers', code, { requests });
  const extensions = [{ source, grant: requests }];
  const apart = await startMapped(t, [{ claim: 'department', value: 'x' }], { extensions });
  t.like((await apart.signIn(JANE)).record.principal?.claims, { tier: 'gold', department: 'x' });
  const both = await startMapped(t, [{ claim: 'level', value: 'y' }], { extensions });
  const { record } = await both.signIn(JANE);
  t.is(record.code, 'SIGN_IN_EXTENSION_FAILED');
  t.regex(record.reason ?? '', /PATCH_CONFLICT: mapping writes it too: claims: level/);
});

test.serial('with --extensions=off rules are off, too', async (t) => {
  const world = await startMapped(t, [{ deny: 'all' }], { extensionsOff: true });
  t.true((await world.signIn(JANE)).signedIn);
});

test.serial('no extension takes the name of the rules', async (t) => {
  const source = writeExtension(t, 'mapping', 'export default { decide() {} };');
  await t.throwsAsync(startMapped(t, [], { extensions: [{ source }] }), {
    message: /No extension can be named mapping/,
  });
});

test.serial('a group of Entra is meant by its name or by its id', async (t) => {
  const named = await startMapped(t, [{ deny: 'finance', when: { entra_group: 'Finance' } }]);
  const { record } = await named.signIn(JANE);
  t.is(record.denial, 'finance');
  const id = record.principal?.entraGroups.find(({ name }) => name === 'Finance')?.oid ?? '';
  const byId = await startMapped(t, [{ deny: 'finance', when: { entra_group: id.toUpperCase() } }]);
  t.is((await byId.signIn(JANE)).record.denial, 'finance');
  t.true((await byId.signIn(EMIL)).signedIn);
});
