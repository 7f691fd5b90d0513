import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { exportJWK, SignJWT } from 'jose';

import { CONTOSO_APPLICATION_ID } from '../../src/emulator/index.ts';
import { readCertificate } from '../../src/emulator/tenant/credentials.ts';
import { formsOf } from '../../src/testing/visitor.ts';
import { clientCertificate } from '../_support/client-certificate.ts';
import { passwords } from '../_support/entra-id-config.ts';
import { createKey } from '../_support/entra-tokens.ts';
import { JANE, openSite, withCode } from '../_support/entra-emulator.ts';
import { asked, nobodyIn, signInAtOnce } from '../_support/rounds.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { startWorld } from '../_support/world.ts';

const NO_SCOPES = { api_scopes: null, password: null };
const GRAPH = 'https://graph.microsoft.com';

/** What each flow asks for, and whether the tenant's token endpoint is asked at all. */
const FLOWS = [
  ['auto without api_scopes', NO_SCOPES, 'id_token token', 0],
  ['implicit', { ...NO_SCOPES, flow: 'implicit' }, 'id_token token', 0],
  ['auto with api_scopes', {}, 'code', 2],
  ['code without api_scopes', { api_scopes: null, flow: 'code' }, 'code', 1],
  ['code with api_scopes', { flow: 'code' }, 'code', 2],
  ['hybrid with api_scopes', { flow: 'hybrid' }, 'code id_token', 2],
  ['hybrid without api_scopes', { api_scopes: null, flow: 'hybrid' }, 'code id_token', 1],
] as const;

for (const [what, method, responseType, exchanges] of FLOWS) {
  test.serial(
    `flow ${what} signs in with ${responseType}, groups included [13] [15] [64]`,
    async (t) => {
      const world = await startWorld(t, { extensionsOff: true, method });
      const page = await signInAtOnce(world);
      t.true(page.html.includes('Signed in as'));
      t.is(asked(world)[0]?.['response_type'], responseType);
      t.is(world.emulator.journal.count({ endpoint: 'token' }), exchanges);
      t.deepEqual(
        world.records[0]?.principal?.groups.map(({ name }) => name),
        ['Staff', 'Finance'],
      );
    },
  );
}

/** Files for a gateway, beside its configuration. */
function writeFiles(folder: string, files: { readonly [name: string]: string }): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  }
}

test.serial('a gateway signs people in with a certificate instead of a secret [63]', async (t) => {
  const folder = temporaryFolder(t);
  const { certificate, key } = await clientCertificate();
  writeFiles(folder, { 'client.crt': certificate, 'client.key': key });
  const files = {
    certificate: path.join(folder, 'client.crt'),
    key: path.join(folder, 'client.key'),
  };
  const world = await startWorld(t, {
    extensionsOff: true,
    method: { password: null, certificate: files },
    tenant: (seed) => ({
      ...seed,
      applications: (seed.applications ?? []).map((one) => ({
        ...one,
        secrets: [],
        certificates: [certificate],
      })),
    }),
  });
  const page = await signInAtOnce(world);
  t.true(page.html.includes('Signed in as'));
  const [entry] = world.emulator.journal.all({ endpoint: 'token' });
  t.true(entry?.bodyNames.includes('client_assertion'));
  t.false(entry?.bodyNames.includes('client_secret'));
});

test.serial(
  'a certificate that the registration does not have is told to the operator [63] [N91]',
  async (t) => {
    const folder = temporaryFolder(t);
    const { certificate, key } = await clientCertificate();
    writeFiles(folder, { 'client.crt': certificate, 'client.key': key });
    const files = {
      certificate: path.join(folder, 'client.crt'),
      key: path.join(folder, 'client.key'),
    };
    const world = await startWorld(t, {
      extensionsOff: true,
      method: { password: null, certificate: files },
    });
    const page = await signInAtOnce(world);
    t.like(world.records[0], { code: 'ENTRA_CLIENT_REFUSED', actor: 'operator', aadsts: 700027 });
    t.regex(world.records[0]?.next ?? '', /Upload the certificate/);
    await nobodyIn(t, world, page);
  },
);

test.serial(
  'a gateway signs people in with a token of another issuer, as its file has it [63] [N103]',
  async (t) => {
    const folder = temporaryFolder(t);
    const issuer = createKey();
    const trusted = { issuer: 'https://issuer.example', subject: 'system:serviceaccount:entrada' };
    const sign = (): Promise<string> =>
      new SignJWT({})
        .setProtectedHeader({ alg: 'RS256', kid: issuer.kid })
        .setIssuer(trusted.issuer)
        .setSubject(trusted.subject)
        .setAudience('api://AzureADTokenExchange')
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(issuer.privateKey);
    writeFiles(folder, { token: `${await sign()}\n` });
    const keys = [{ ...(await exportJWK(issuer.publicKey)), kid: issuer.kid }];
    const world = await startWorld(t, {
      extensionsOff: true,
      method: { password: null, federated_assertion: { file: path.join(folder, 'token') } },
      tenant: (seed) => ({
        ...seed,
        applications: (seed.applications ?? []).map((one) => ({
          ...one,
          secrets: [],
          federatedCredentials: [{ ...trusted, keys }],
        })),
      }),
    });
    t.true((await signInAtOnce(world)).html.includes('Signed in as'));
    writeFiles(folder, { token: await sign() });
    t.true((await signInAtOnce(world)).html.includes('Signed in as'));
    writeFiles(folder, { token: '' });
    const page = await signInAtOnce(world);
    t.is(world.records.at(-1)?.code, 'ENTRA_CREDENTIAL_UNUSABLE');
    t.false(page.html.includes(folder), 'a person sees no path');
  },
);

test.serial(
  'a secret is replaced without a refused sign-in: both are configured, then the old one ends [65] [N92]',
  async (t) => {
    const world = await startWorld(t, {
      extensionsOff: true,
      method: { password: ['emu8Q~the-secret-of-next-year-0123456789', '${file:secrets/old}'] },
      secrets: { old: 'emu8Q~not-a-secret-of-anything-real_0.x' },
    });
    t.true((await signInAtOnce(world)).html.includes('Signed in as'));
    const { applications } = world.emulator.tenant();
    applications.expireSecrets(CONTOSO_APPLICATION_ID);
    applications.addSecret(CONTOSO_APPLICATION_ID, 'emu8Q~the-secret-of-next-year-0123456789');
    t.true((await signInAtOnce(world)).html.includes('Signed in as'));
    t.true(world.lines.some((line) => line.includes('take the first out')));
  },
);

for (const cloud of ['us-gov', 'us-gov-dod', 'china'] as const) {
  test.serial(
    `people of a tenant in ${cloud} sign in at the hosts of that cloud [1] [13]`,
    async (t) => {
      const world = await startWorld(t, {
        extensionsOff: true,
        cloud,
        method: {
          cloud,
          api_scopes: ['User.Read', 'https://storage.azure.com/user_impersonation'],
        },
      });
      const page = await signInAtOnce(world);
      t.true(page.html.includes('Signed in as'));
      const [graph] = world.records[0]?.tokens.map(({ resource }) => resource) ?? [];
      t.not(graph, GRAPH);
      t.true(graph !== undefined && graph in world.emulator.authority.map);
    },
  );
}

test.serial(
  'five sign-ins may be pending in a browser; the oldest give way to newer ones [21] [N86]',
  async (t) => {
    const world = await startWorld(t, { extensionsOff: true });
    const visitor = world.visitor();
    const begin = `${world.origin}/__chsps__/login?service=/&method=${world.config.authentications[0]?.id}`;
    const begun: string[] = [];
    for (let tab = 0; tab < 8; tab++) begun.push((await visitor.open(begin)).location ?? '');
    world.emulator.tenant().policies.autopilot = JANE;
    for (const url of begun) {
      const page = await visitor.open(url);
      await visitor.submit(page, formsOf(page)[0]!);
    }
    t.is(world.records.filter(({ outcome }) => outcome === 'allowed').length, 5);
    t.true(world.lines.some((line) => line.includes('ENTRA_OTHER_BROWSER')));
  },
);

test.serial('app-only tokens come by every kind of credential [63]', async (t) => {
  await using site = await openSite();
  const { certificate, key } = await clientCertificate();
  const folder = temporaryFolder(t);
  writeFiles(folder, { 'client.crt': certificate, 'client.key': key });
  site.tenant.applications.update(CONTOSO_APPLICATION_ID, {
    certificates: [readCertificate(certificate)],
  });
  for (const credential of [
    passwords('emu8Q~not-a-secret-of-anything-real_0.x'),
    {
      kind: 'certificate',
      certificate: path.join(folder, 'client.crt'),
      key: path.join(folder, 'client.key'),
    } as const,
  ]) {
    const { entra } = site.method({ ...withCode(`${GRAPH}/User.Read`), credential });
    t.is((await entra.appToken(GRAPH)).resource, GRAPH);
  }
});
