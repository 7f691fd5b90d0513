import { readFileSync } from 'node:fs';
import test from 'ava';
import { isEntradaError } from '../../src/errors.ts';
import {
  contoso,
  parseSeedFile,
  SeedFileError,
  startEmulator,
  VARIANTS,
  type TenantSeed,
} from '../../src/emulator/index.ts';
import { APP, Bed, EMIL, JANE, REDIRECT, startBed } from '../_support/emulator-bed.ts';

const ID = '0c7f9a52-6f5e-4b61-9d50-2f1f3c7b8e11';

const faultsOf = (
  text: string,
): readonly (readonly [string, string, number | undefined, number | undefined])[] => {
  try {
    parseSeedFile(text, 'people.yaml');
  } catch (error) {
    if (!(error instanceof SeedFileError)) throw error;
    return error.faults.map(({ code, path, position }) => [
      code,
      path,
      position?.line,
      position?.column,
    ]);
  }
  return [];
};

test('a seed file gives what startEmulator takes', async (t) => {
  const seed = parseSeedFile(
    `
name: Fabrikam
people:
  - upn: finn@fabrikam.example
    department: Finance
    managerOid: mia@fabrikam.example
  - upn: mia@fabrikam.example
groups:
  - displayName: Finance
    members: [finn@fabrikam.example]
applications:
  - displayName: Files
    redirectUris: ['${REDIRECT}', { uri: 'http://localhost/', platform: public }]
    secrets: [plain, { value: other, expiresAt: 2099-01-01 }]
storageAccounts: [fabrikam]
policies: { secondFactor: always }
variants: { graphTokenFormat: opaque }
`,
    'people.yaml',
  );
  await using emulator = await startEmulator(seed);
  const tenant = emulator.tenant();
  t.is(tenant.name, 'Fabrikam');
  t.is(
    tenant.people.get('finn@fabrikam.example').managerOid,
    tenant.people.get('mia@fabrikam.example').oid,
  );
  t.is(tenant.applications.all[0]?.secrets[1]?.expiresAt, Date.parse('2099-01-01'));
  t.is(tenant.variants.graphTokenFormat, 'opaque');
  t.is(tenant.policies.secondFactor, 'always');
  t.is(typeof emulator.authority.map['https://fabrikam.blob.core.windows.net'], 'string');
});

test('a seed file may hold several tenants and another cloud', async (t) => {
  await using emulator = await startEmulator(
    parseSeedFile('cloud: china\ntenants: [{ name: A }, { name: B }]', 'a.yaml'),
  );
  t.is(emulator.tenants.length, 2);
  t.truthy(emulator.authority.map['https://microsoftgraph.chinacloudapi.cn']);
});

test('a seed without a tenant is refused: nobody could sign in', async (t) => {
  const refused = { code: 'EMULATOR_SEED_INVALID', message: 'There is no tenant.' };
  await t.throwsAsync(startEmulator(parseSeedFile('cloud: china', 'a.yaml')), refused);
  await t.throwsAsync(startEmulator({ tenants: [] }), refused);
});

test('every fault of a seed file has its place', (t) => {
  const text =
    'people:\n  - upm: x\n    enabled: perhaps\ngroups:\n  - members: []\nvariants: { graphTokenFormat: opak }\n';
  t.deepEqual(faultsOf(text), [
    ['CONFIG_UNKNOWN_KEY', 'people[0].upm', 2, 5],
    ['CONFIG_INVALID_VALUE', 'people[0].enabled', 3, 14],
    ['CONFIG_MISSING_KEY', 'groups[0].displayName', 5, 5],
    ['CONFIG_INVALID_VALUE', 'variants.graphTokenFormat', 6, 31],
  ]);
});

test('a logout URL that is none and the name of an account that has capitals have their place', (t) => {
  const text =
    "applications: [{ logoutUrl: files.example.com/logout }]\nstorageAccounts: [contoso, 'A B']\n";
  t.deepEqual(
    faultsOf(text).map(([, path, line]) => [path, line]),
    [
      ['applications[0].logoutUrl', 1],
      ['storageAccounts[1]', 2],
    ],
  );
});

test('a seed file that is no YAML, empty or a list is refused', (t) => {
  for (const text of ['people: [', '', '- a']) t.is(faultsOf(text).length, 1);
});

test('the error of a seed file is ours, stands at the first fault and names the nearest key', (t) => {
  const error = t.throws(() => parseSeedFile('name: x\npeople:\n  - upm: x\n', 'people.yaml'), {
    instanceOf: SeedFileError,
  });
  t.true(isEntradaError(error, 'EMULATOR_SEED_INVALID'));
  t.deepEqual(error.position, { file: 'people.yaml', line: 3, column: 5 });
  t.regex(error.next ?? '', /upn/);
});

test('the example of the documentation is a seed file', (t) => {
  const page = readFileSync(new URL('../../docs/reference/emulator.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');
  t.true(examples.length > 0);
  for (const text of examples) t.notThrows(() => parseSeedFile(text, 'emulator.md'));
});

test('a seed that names somebody who is not there, or holds no certificate where one belongs, is refused', async (t) => {
  const broken: readonly TenantSeed[] = [
    { people: [{ upn: 'a@x.example', managerOid: 'nobody@x.example' }] },
    { groups: [{ displayName: 'G', members: ['nobody@x.example'] }] },
    { applications: [{ adminConsent: ['https://nowhere.example/scope'] }] },
    { applications: [{ certificates: ['no certificate'] }] },
    { applications: [{ logoutUrl: 'files.example.com/logout' }] },
    { groups: [{ displayName: 'G', members: [ID] }] },
    { applications: [{ assigned: [ID] }] },
    { storageAccounts: [{ name: 'ledger', contributors: [ID] }] },
    { policies: { secondFactor: ['nobody@x.example'] } },
    { policies: { blocks: [{ error: 53003, people: [ID] }] } },
    { policies: { autopilot: 'nobody@x.example' } },
  ];
  for (const seed of broken) {
    // oxlint-disable-next-line no-await-in-loop -- one seed after the other
    const error = await t.throwsAsync(startEmulator({ tenants: [seed] }));
    t.true(isEntradaError(error, 'EMULATOR_SEED_INVALID'));
  }
});

const TWINS: readonly (readonly [what: string, ...seeds: TenantSeed[]])[] = [
  ['people of one name', { people: [{ upn: 'Jane@x.example' }, { upn: 'jane@x.example' }] }],
  ['people of one display name alone', { people: [{ displayName: 'A' }, { displayName: 'A' }] }],
  [
    'people of one id',
    {
      people: [
        { oid: ID, upn: 'a@x' },
        { oid: ID.toUpperCase(), upn: 'b@x' },
      ],
    },
  ],
  [
    'groups of one id',
    {
      groups: [
        { id: ID, displayName: 'A' },
        { id: ID.toUpperCase(), displayName: 'B' },
      ],
    },
  ],
  ['applications of no name', { applications: [{ secrets: ['a'] }, { secrets: ['b'] }] }],
  [
    'storage accounts of one name',
    { storageAccounts: ['ledger', { name: 'ledger', readers: [] }] },
  ],
  ['tenants of one name', { name: 'A' }, { name: 'A' }],
  [
    'tenants of one domain',
    { name: 'A', domains: ['x.example'] },
    { name: 'B', domains: ['X.example'] },
  ],
  [
    'tenants with one storage account',
    { name: 'A', storageAccounts: ['x1y'] },
    { name: 'B', storageAccounts: ['x1y'] },
  ],
];

for (const [what, ...tenants] of TWINS) {
  test(`two ${what} are refused: neither takes the place of the other`, async (t) => {
    await t.throwsAsync(startEmulator({ tenants }), { code: 'EMULATOR_SEED_INVALID' });
  });
}

test('what is added in error is not there afterwards', async (t) => {
  await using bed = await startBed();
  const { people, groups, applications } = bed.tenant;
  const before = [people.all.length, groups.all.length, applications.all.length];
  t.throws(() => people.add({ upn: 'neo@contoso.example', managerOid: 'nobody' }));
  t.throws(() => groups.add({ displayName: 'Choir', members: ['nobody'] }));
  t.throws(() => applications.add({ displayName: 'New', adminConsent: ['https://no.example/x'] }));
  t.deepEqual([people.all.length, groups.all.length, applications.all.length], before);
});

test('what is added takes the place of nothing', async (t) => {
  await using bed = await startBed();
  const { people, groups, applications } = bed.tenant;
  const refused = { code: 'EMULATOR_SEED_INVALID' };
  t.throws(() => people.add({ upn: JANE.toUpperCase() }), refused);
  t.throws(() => groups.add({ displayName: 'New', id: groups.get('Finance').id }), refused);
  const [{ appId } = { appId: '' }] = applications.all;
  t.throws(() => applications.add({ appId }), refused);
  t.is(people.get(JANE).department, 'Finance');
});

test('an application may be added with consent to its own API', async (t) => {
  await using bed = await startBed();
  const appId = ID;
  const api = { scopes: ['Read'] };
  const own = `api://${appId}/Read`;
  const app = bed.tenant.applications.add({ appId, api, adminConsent: [own] });
  t.is(app.api?.scopes[0]?.value, 'Read');
});

test('policies of a seed name people and applications as the rest of it does', async (t) => {
  await using bed = await startBed({
    policies: {
      secondFactor: [JANE.toUpperCase()],
      blocks: [{ error: 53003, people: [EMIL], applications: [APP.toUpperCase()] }],
    },
  });
  const factor = await bed.signIn({}, { secondFactor: 'stop' });
  t.regex(factor.kind === 'page' ? factor.html : '', /name="secondfactor"/);
  const blocked = await bed.signIn({}, { person: EMIL });
  t.is(blocked.kind === 'page' && blocked.aadsts, 53003);
});

test('a member may be an application of the seed, by its id in any case', async (t) => {
  await using bed = await startBed({
    groups: [{ displayName: 'Programs', members: [APP.toUpperCase()] }],
  });
  t.is(bed.tenant.groups.get('Programs').displayName, 'Programs');
});

test('ids that a seed leaves out are the same in every start', async (t) => {
  await using first = await startBed();
  await using second = await startBed();
  t.deepEqual(
    first.tenant.people.all.map(({ oid }) => oid),
    second.tenant.people.all.map(({ oid }) => oid),
  );
  t.deepEqual(
    first.tenant.groups.all.map(({ id }) => id),
    second.tenant.groups.all.map(({ id }) => id),
  );
});

test('groups of one name in a seed are groups of their own', async (t) => {
  await using bed = await startBed({
    groups: [{ displayName: 'Twin' }, { displayName: 'Twin', members: [JANE] }],
  });
  const twins = bed.tenant.groups.all.filter(({ displayName }) => displayName === 'Twin');
  t.is(new Set(twins.map(({ id }) => id)).size, 2);
});

test('the demo’s tenant has the people that the demo needs', async (t) => {
  await using bed = await startBed();
  const { people, groups } = bed.tenant;
  t.is(people.get(JANE).department, 'Finance');
  t.is(people.get(JANE).managerOid, people.get('adele@contoso.example').oid);
  t.false(people.get('dora@contoso.example').enabled);
  t.truthy(people.get('gus@fabrikam.example').homeTenant);
  t.false(groups.get('Town Hall').securityEnabled);
  t.true(groups.get('Town Hall').mailEnabled);
  t.deepEqual(
    contoso().groups?.map(({ displayName }) => displayName),
    ['Finance', 'Legal', 'Engineering', 'Auditors', 'All Staff', 'Town Hall', 'Newsletter'],
  );
});

test('one tenant can be given by its parts', async (t) => {
  await using bed = new Bed(
    await startEmulator({
      tenant: { name: 'Northwind' },
      people: [{ displayName: 'Nina Novo' }],
      groups: [{ displayName: 'All', members: ['nina.novo@northwind.example'] }],
      applications: [{ displayName: 'App' }],
    }),
  );
  t.is(bed.tenant.name, 'Northwind');
  t.is(bed.tenant.people.all[0]?.upn, 'nina.novo@northwind.example');
  t.deepEqual(bed.tenant.domains, ['northwind.example', 'northwind.onmicrosoft.com']);
});

test('people and groups can be changed while the emulator runs', async (t) => {
  await using bed = await startBed();
  const { people, groups } = bed.tenant;
  people.add({ upn: 'neo@contoso.example', managerOid: JANE });
  groups.add({ displayName: 'Choir', members: ['neo@contoso.example', 'Finance'] });
  groups.addMember('Choir', EMIL);
  groups.removeMember('Choir', 'Finance');
  groups.update('Choir', { displayName: 'Chorus' });
  const token = await bed.accessToken('openid profile User.Read GroupMember.Read.All', {
    person: EMIL,
  });
  const { body } = await bed.graph('/v1.0/me/memberOf?$select=displayName', token);
  t.true(JSON.stringify(body).includes('Chorus'));
  groups.remove('Chorus');
  people.remove('neo@contoso.example');
  t.throws(() => people.get('neo@contoso.example'), { code: 'EMULATOR_UNKNOWN' });
  t.throws(() => groups.get('Chorus'), { code: 'EMULATOR_UNKNOWN' });
  t.throws(() => bed.emulator.tenant('nobody'), { code: 'EMULATOR_UNKNOWN' });
  t.throws(() => bed.tenant.storage('nobody'), { code: 'EMULATOR_UNKNOWN' });
});

test('a second group of one name is another group', async (t) => {
  await using bed = await startBed();
  t.not(bed.tenant.groups.add({ displayName: 'Finance' }).id, bed.tenant.groups.get('Finance').id);
});

test('every variant has two values at least, the default first', (t) => {
  for (const [name, { values, about }] of Object.entries(VARIANTS)) {
    t.true(values.length >= 2, name);
    t.true(about.endsWith('.'), name);
  }
});
