import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { connect as ask } from '../../src/cli/connect/connect.ts';
import type { Finding } from '../../src/cli/connect/finding.ts';
import { Secret } from '../../src/config/secret.ts';
import {
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  type TenantSeed,
} from '../../src/emulator/index.ts';
import { readCertificate } from '../../src/emulator/tenant/credentials.ts';
import { type CliRun, runCli, startCli } from '../_support/cli.ts';
import { clientCertificate } from '../_support/client-certificate.ts';
import { connectProxy } from '../_support/fake-proxy.ts';
import { type Consent, signInByHand } from '../../src/testing/visit.ts';
import { METHOD_ID, startWorld, type World } from '../_support/world.ts';

/** The file of a world with its method changed. It stands in the same folder, as paths start there. */
function changed(world: World, method: { readonly [key: string]: unknown }): string {
  const file = JSON.parse(readFileSync(path.join(world.folder, 'entrada.yaml'), 'utf8'));
  Object.assign(file.authentications[0], method);
  const other = path.join(mkdtempSync(path.join(world.folder, 'changed-')), 'entrada.yaml');
  const absolute = JSON.stringify(file).replaceAll(/"(tls|secrets)\//g, `"${world.folder}/$1/`);
  writeFileSync(other, absolute.replaceAll('${file:secrets/', `\${file:${world.folder}/secrets/`));
  return other;
}

// One after the other, as each starts a tenant, a gateway and a command; but for those that wait for what hangs.

interface Told extends CliRun {
  readonly findings: readonly Finding[];
}

async function connect(file: string, ...args: readonly string[]): Promise<Told> {
  const run = await runCli(['check', '--connect', '--json', '--config', file, ...args]);
  return { ...run, findings: JSON.parse(run.stdout).findings };
}

const fileOf = ({ folder }: World): string => path.join(folder, 'entrada.yaml');

function found({ findings }: Told, check: string): Finding {
  const [finding, ...others] = findings.filter((one) => one.check === check);
  if (finding === undefined || others.length > 0) throw new Error(`not one line of ${check}`);
  return finding;
}

function resultOf(told: Told, check: string): string {
  return found(told, check).result;
}

/** Nothing that is secret is in anything that was printed. */
function noSecret(t: ExecutionContext, { stdout, stderr }: CliRun): void {
  for (const text of [stdout, stderr]) t.false(text.includes(CONTOSO_SECRET));
}

test.serial(
  'check --connect finds nothing to change in a good configuration, and says what only a person can show [4, 8, 92]',
  async (t) => {
    const world = await startWorld(t);
    const told = await connect(fileOf(world));
    t.is(told.code, 0);
    for (const check of [
      'store',
      'proxy',
      'discovery',
      'issuer',
      'clock',
      'keys',
      'secret',
      'graph',
    ])
      t.is(resultOf(told, check), 'ok', check);
    for (const check of ['redirect-uri', 'permissions', 'expiry'])
      t.is(resultOf(told, check), 'unknown', check);
    t.is(found(told, 'redirect-uri').says, `${world.origin}/?redirect-${METHOD_ID}`);
    t.regex(found(told, 'permissions').says, /GroupMember\.Read\.All/);
    t.regex(found(told, 'permissions').next ?? '', /\/v2\.0\/adminconsent\?client_id=/);
    noSecret(t, told);
  },
);

test.serial('check --connect prints a line for each of them, and what to do below', async (t) => {
  const world = await startWorld(t);
  const { code, stdout } = await runCli(['check', '--connect', '--config', fileOf(world)]);
  t.is(code, 0);
  t.regex(stdout, /^✔ Contoso: issuer: https:\/\/login\.localhost:\d+\/[0-9a-f-]{36}\/v2\.0$/m);
  t.regex(
    stdout,
    /^\? Contoso: redirect-uri: https:\/\/localhost:\d+\/\?redirect-[0-9a-f-]{36}\n {4}Register it exactly so/m,
  );
});

test.serial(
  'a wrong secret is named, with the page of the portal to mend it on [63, N91]',
  async (t) => {
    const world = await startWorld(t);
    const told = await connect(changed(world, { password: 'not-the-secret' }));
    t.is(told.code, 1);
    const { result, says, next = '' } = found(told, 'secret');
    t.is(result, 'change');
    t.regex(says, /^ENTRA_CLIENT_REFUSED: .*AADSTS7000215/);
    t.true(next.includes(`App registrations > ${CONTOSO_APPLICATION_ID} > Certificates & secrets`));
    t.is(resultOf(told, 'issuer'), 'ok');
  },
);

test.serial('of two secrets during a rotation each has its own line [65]', async (t) => {
  const world = await startWorld(t);
  const told = await connect(changed(world, { password: ['not-the-secret', CONTOSO_SECRET] }));
  const results = told.findings.flatMap(({ check, result }) => (check === 'secret' ? result : []));
  t.deepEqual(results, ['change', 'ok']);
});

test.serial('a clock that is wrong is told in seconds [92]', async (t) => {
  const world = await startWorld(t);
  world.emulator.time.skew(600_000);
  const told = await connect(fileOf(world));
  t.is(told.code, 1);
  const { result, says } = found(told, 'clock');
  t.is(result, 'change');
  t.regex(says, /\b(?:599|600|601) s behind Entra's/);
});

test('a tenant that hangs ends the check in time, and nothing is said of what it was not asked [11]', async (t) => {
  const world = await startWorld(t);
  world.emulator.hangNext('discovery', 5);
  const told = await connect(fileOf(world));
  t.is(told.code, 1);
  t.is(resultOf(told, 'discovery'), 'change');
  t.regex(found(told, 'discovery').says, /took longer than 10000 ms/);
  for (const check of ['issuer', 'clock', 'keys']) t.is(resultOf(told, check), 'unknown', check);
  t.false(told.findings.some(({ check }) => check === 'secret'));
});

test('a token endpoint that hangs leaves the secret unknown, not wrong', async (t) => {
  const world = await startWorld(t);
  world.emulator.hangNext('token', 5);
  const told = await connect(fileOf(world));
  t.is(told.code, 0);
  t.is(resultOf(told, 'secret'), 'unknown');
});

test.serial(
  'a discovery document of another issuer is a matter of the issuer [4, N126]',
  async (t) => {
    const world = await startWorld(t);
    world.emulator.tenant().tampering.on('issuer-other');
    const told = await connect(fileOf(world));
    t.is(told.code, 1);
    t.is(resultOf(told, 'discovery'), 'ok');
    t.regex(found(told, 'issuer').says, /^ENTRA_METADATA_REFUSED/);
  },
);

test.serial('a proxy that is down is named before everything behind it', async (t) => {
  const world = await startWorld(t);
  const proxy = await connectProxy();
  const file = changed(world, { proxy: `connect://127.0.0.1:${proxy.port}` });
  const through = await connect(file);
  t.is(resultOf(through, 'proxy'), 'ok');
  t.true(proxy.asked.length > 0);
  await proxy[Symbol.asyncDispose]();
  const down = await connect(file);
  t.is(down.code, 1);
  t.is(resultOf(down, 'proxy'), 'change');
  t.regex(found(down, 'proxy').says, /the proxy 127\.0\.0\.1:\d+ cannot be reached/);
});

test.serial(
  'a proxy that wants credentials is told so, without those that it was given [P5, P18]',
  async (t) => {
    const world = await startWorld(t);
    const proxy = await connectProxy('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    t.teardown(() => proxy[Symbol.asyncDispose]());
    const told = await connect(
      changed(world, { proxy: `http://jane:pa55word@127.0.0.1:${proxy.port}` }),
    );
    t.is(resultOf(told, 'proxy'), 'change');
    t.regex(found(told, 'proxy').says, /status 407/);
    t.false((told.stdout + told.stderr).includes('pa55word'));
  },
);

test.serial(
  'the end of a secret is known where password_expires says it, and is acted on 30 days before',
  async (t) => {
    const world = await startWorld(t);
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const told = await connect(changed(world, { password_expires: soon }));
    t.is(told.code, 1);
    t.is(resultOf(told, 'expiry'), 'change');
    t.true(found(told, 'expiry').says.includes(soon));
    const later = await connect(changed(world, { password_expires: '2099-01-01' }));
    t.is(resultOf(later, 'expiry'), 'ok');
  },
);

test.serial('the end of a certificate is known from the certificate itself [63]', async (t) => {
  const world = await startWorld(t);
  for (const [days, result] of [
    [300, 'ok'],
    [10, 'change'],
  ] as const) {
    const to = Date.now() + (days + 0.5) * 86_400_000;
    // oxlint-disable-next-line no-await-in-loop -- one certificate after the other
    const { certificate, key } = await clientCertificate({ to });
    world.emulator.tenant().applications.update(CONTOSO_APPLICATION_ID, {
      certificates: [readCertificate(certificate)],
    });
    for (const [name, text] of Object.entries({ 'entra.crt': certificate, 'entra.key': key }))
      writeFileSync(path.join(world.folder, 'secrets', name), text, { mode: 0o600 });
    const file = changed(world, {
      password: undefined,
      certificate: { certificate: 'secrets/entra.crt', key: 'secrets/entra.key' },
    });
    // oxlint-disable-next-line no-await-in-loop -- as above
    const told = await connect(file);
    t.is(resultOf(told, 'secret'), 'ok');
    t.is(resultOf(told, 'expiry'), result);
    t.regex(found(told, 'expiry').says, new RegExp(`in ${days} days`));
  }
});

test.serial('--sign-in needs --connect, and a gateway that runs', async (t) => {
  const world = await startWorld(t);
  t.is((await runCli(['check', '--sign-in', '--config', fileOf(world)])).code, 2);
  await world.gateway[Symbol.asyncDispose]();
  const { code, stderr } = await runCli([
    'check',
    '--connect',
    '--sign-in',
    '--config',
    fileOf(world),
  ]);
  t.is(code, 1);
  t.regex(stderr, /no gateway answers/);
});

test.serial(
  'signing keys that cannot be had are what to change, and all else is told',
  async (t) => {
    const world = await startWorld(t);
    world.emulator.failNext('keys', { aadsts: 90033, status: 503 }, 100);
    const { findings } = await ask(world.config);
    const told = findings.filter(({ check }) => check === 'keys');
    t.like(told, [{ method: METHOD_ID, result: 'change' }]);
    t.regex(told[0]?.says ?? '', /^ENTRA_/);
    for (const check of ['discovery', 'issuer', 'secret'])
      t.is(findings.find((one) => one.check === check)?.result, 'ok', check);
  },
);

test.serial('a database that is not there is not made, and is nothing to change', async (t) => {
  const world = await startWorld(t);
  const folder = mkdtempSync(path.join(world.folder, 'new-'));
  const store = { ...world.config.store, path: path.join(folder, 'var/entrada.db') };
  const { findings } = await ask({ ...world.config, store });
  t.like(findings[0], { check: 'store', result: 'ok' });
  t.deepEqual(readdirSync(folder), []);
});

test.serial('a database that cannot be made is what to change', async (t) => {
  const world = await startWorld(t);
  const folder = mkdtempSync(path.join(world.folder, 'new-'));
  writeFileSync(path.join(folder, 'var'), '');
  const store = { ...world.config.store, path: path.join(folder, 'var/entrada.db') };
  const { findings } = await ask({ ...world.config, store });
  t.like(findings[0], { check: 'store', result: 'change' });
  t.regex(findings[0]?.says ?? '', /var cannot be written to \(ENOTDIR\)/);
});

/** A secret that the program cannot read by a fault of its own. */
class Broken extends Secret {
  override reveal(): string {
    throw new TypeError('a fault of the program');
  }
}

test.serial('a fault of the program is not told as one of the store', async (t) => {
  const world = await startWorld(t);
  const keys = [{ id: 'broken', secret: new Broken('any') }];
  await t.throwsAsync(ask({ ...world.config, keys }), { message: 'a fault of the program' });
});

/** A registration that lists these permissions alone, and to which nobody consented yet. */
const registeredFor =
  (...permissions: readonly string[]) =>
  (seed: TenantSeed): TenantSeed => ({
    ...seed,
    applications: seed.applications?.map((app) => ({ ...app, permissions, adminConsent: [] })),
  });

/** Starts the check, waits until it asks for a sign-in, and lets somebody do so. */
async function withSignIn(
  t: ExecutionContext,
  world: World,
  act: () => Promise<unknown>,
): Promise<Told> {
  const args = [
    'check',
    '--connect',
    '--sign-in',
    '--wait',
    '90s',
    '--json',
    '--config',
    fileOf(world),
  ];
  const running = startCli(t, args);
  const asked = running.said(/Sign in, in a private window: (\S+)/);
  t.regex((await asked)[1] ?? '', /\/__chsps__\/login\?method=/);
  await act();
  const run = await running.ended;
  return { ...run, findings: JSON.parse(run.stdout).findings };
}

test.serial(
  'with --sign-in the sign-in of a person shows consent, groups and the redirect URI',
  async (t) => {
    const world = await startWorld(t);
    const told = await withSignIn(t, world, () => world.signIn('jane@contoso.example'));
    t.is(told.code, 0);
    for (const check of ['sign-in', 'redirect-uri', 'consent', 'group-names'])
      t.is(resultOf(told, check), 'ok', check);
  },
);

test.serial(
  'with --sign-in a missing consent to groups is found, with the page to grant it on [77, N111]',
  async (t) => {
    const world = await startWorld(t);
    world.emulator.tenant().tampering.on('names-null');
    const told = await withSignIn(t, world, () => world.signIn('jane@contoso.example'));
    t.is(told.code, 1);
    const { result, next = '' } = found(told, 'group-names');
    t.is(result, 'change');
    t.true(next.includes(`${CONTOSO_APPLICATION_ID} > API permissions`));
  },
);

/** Lets somebody go through the pages of the tenant, who answers that of consent so. */
const goes = (world: World, consent: Consent): Promise<unknown> =>
  signInByHand(world.visitor(), `${world.origin}/`, 'jane@contoso.example', consent);

const inPermissions = ({ next = '' }: Finding): boolean =>
  next.includes(`${CONTOSO_APPLICATION_ID} > API permissions`);

for (const [what, consent, forEverybody] of [
  ['nobody consented, and only an administrator can', 'return', []],
  ['the person declines', 'decline', ['GroupMember.Read.All', 'User.Read.All']],
] as const) {
  test.serial(
    `with --sign-in, when ${what}, consent is what to change, and no more is said of groups [34]`,
    async (t) => {
      const world = await startWorld(t);
      const { consents } = world.emulator.tenant();
      consents.clear();
      consents.grant('everyone', CONTOSO_APPLICATION_ID, forEverybody);
      const told = await withSignIn(t, world, () => goes(world, consent));
      t.is(told.code, 1);
      t.is(resultOf(told, 'redirect-uri'), 'ok');
      t.is(resultOf(told, 'sign-in'), 'change');
      const { result, says } = found(told, 'consent');
      t.is(result, 'change');
      t.regex(says, /^ENTRA_ACCESS_DENIED: .*AADSTS65004/);
      t.true(inPermissions(found(told, 'consent')));
      t.is(resultOf(told, 'group-names'), 'unknown');
      noSecret(t, told);
    },
  );
}

test.serial(
  'with --sign-in names that Graph hides, for want of a permission, are what to change [77, N105]',
  async (t) => {
    const world = await startWorld(t, {
      method: { api_scopes: ['https://graph.microsoft.com/.default'] },
      tenant: registeredFor('openid', 'profile', 'offline_access', 'User.Read'),
    });
    const told = await withSignIn(t, world, () => goes(world, 'accept'));
    t.is(told.code, 1);
    const names = found(told, 'group-names');
    t.is(names.result, 'change');
    t.regex(names.says, /^ENTRA_GROUPS_SCOPE/);
    t.regex(names.next ?? '', /GroupMember\.Read\.All/);
    t.true(inPermissions(names));
    t.is(resultOf(told, 'consent'), 'change');
  },
);

test.serial(
  'with --sign-in a permission that was asked for and not granted is what to change, although the person is in [62]',
  async (t) => {
    const world = await startWorld(t, { method: { group_association: 'base-groups' } });
    world.emulator.tenant().tampering.on('reply-scope-reduced');
    const told = await withSignIn(t, world, () => world.signIn('jane@contoso.example'));
    t.is(resultOf(told, 'sign-in'), 'ok');
    t.is(resultOf(told, 'consent'), 'change');
    t.true(inPermissions(found(told, 'consent')));
  },
);

test.serial('with --sign-in what nobody showed in time stays unknown', async (t) => {
  const world = await startWorld(t);
  const told = await connect(fileOf(world), '--sign-in', '--wait', '1s');
  t.is(told.code, 0);
  for (const check of ['sign-in', 'redirect-uri', 'consent', 'group-names'])
    t.is(resultOf(told, check), 'unknown', check);
});
