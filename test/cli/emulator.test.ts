import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import type { HttpClient } from '../../src/net/http.ts';
import { Net } from '../../src/net/net.ts';
import { formsOf, Visitor } from '../../src/testing/visitor.ts';
import { runCli, startCli } from '../_support/cli.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const TENANT = '8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10';
const APP = '5e2a9d34-77c1-4f0b-8a43-0c9be51d6f28';
const CALLBACK = 'https://rp.example/callback';

/** Two people, a group in a group, and an application. */
const SEED = `
id: ${TENANT}
name: Fabrikam
domains: [fabrikam.example]
people:
  - { upn: finn@fabrikam.example, displayName: Finn Falk }
  - { upn: mia@fabrikam.example, displayName: Mia Moor, department: Finance }
groups:
  - { displayName: Finance, members: [finn@fabrikam.example] }
  - { displayName: Everybody, members: [Finance] }
applications:
  - displayName: Ledgers
    appId: ${APP}
    redirectUris: ['${CALLBACK}']
    implicit: { idTokens: true, accessTokens: true }
    permissions: [openid, profile, User.Read, GroupMember.Read.All]
    adminConsent: all
`;

function seedFile(t: ExecutionContext, text: string): string {
  const file = path.join(temporaryFolder(t), 'people.yaml');
  writeFileSync(file, text);
  return file;
}

/** What the command says of itself. */
interface Told {
  readonly login: string;
  readonly graph: string;
  readonly portal: string;
  readonly ca: string;
}

interface Running extends Told {
  readonly http: HttpClient;
  /** Ends the command as a person would; answers its exit code. */
  readonly end: () => Promise<number>;
}

async function startTenant(t: ExecutionContext): Promise<Running> {
  const running = startCli(t, ['emulator', seedFile(t, SEED), '--port', '0', '--json']);
  let text = '';
  // oxlint-disable-next-line no-await-in-loop -- line by line until the object is whole
  while (!text.endsWith('\n}\n')) text += `${await running.line()}\n`;
  const told: Told = JSON.parse(text);
  const net = new Net();
  t.teardown(() => net[Symbol.asyncDispose]());
  const http = net.client({ proxy: { kind: 'direct' }, ca: [told.ca], addresses: 'any' });
  return { ...told, http, end: async () => (await running.end('SIGINT')).code };
}

const REQUEST = new URLSearchParams({
  client_id: APP,
  response_type: 'id_token token',
  response_mode: 'form_post',
  redirect_uri: CALLBACK,
  scope: 'openid profile User.Read GroupMember.Read.All',
  state: 'a-state',
  nonce: 'a-nonce',
}).toString();

const authorizeUrl = (login: string): string =>
  `${login}/${TENANT}/oauth2/v2.0/authorize?${REQUEST}`;

test('the command runs a tenant of a file: its people sign in, and Graph knows their groups', async (t) => {
  const { login, graph, http } = await startTenant(t);
  const visitor = new Visitor(http);
  const picker = await visitor.open(authorizeUrl(login));
  t.true(picker.html.includes('finn@fabrikam.example') && picker.html.includes('Mia Moor'));
  const [form] = formsOf(picker);
  if (form === undefined) return t.fail();
  const [answer] = formsOf(await visitor.submit(picker, form, { login: 'finn@fabrikam.example' }));
  t.is(answer?.action, CALLBACK);
  const fields = new Map(answer?.fields);
  t.is(fields.get('state'), 'a-state');
  const reply = await http({
    method: 'GET',
    url: `${graph}/v1.0/me/transitiveMemberOf`,
    headers: { authorization: `Bearer ${fields.get('access_token')}` },
    maxBytes: 100_000,
    timeoutMs: 10_000,
  });
  const { value } = JSON.parse(Buffer.from(reply.body).toString());
  t.deepEqual(
    value.map(({ displayName }: { displayName: string }) => displayName),
    ['Finance', 'Everybody'],
  );
});

test('the command has pages of its requests, and of what to set in the real portal', async (t) => {
  const { login, portal, http, end } = await startTenant(t);
  const visitor = new Visitor(http);
  await visitor.open(authorizeUrl(login));
  t.true((await visitor.open(portal)).html.includes('Finn Falk'));
  t.true((await visitor.open(`${portal}/requests`)).html.includes('/oauth2/v2.0/authorize'));
  const page = await visitor.open(`${portal}/applications/${APP}`);
  t.true(page.html.includes(CALLBACK) && page.html.includes('GroupMember.Read.All'));
  t.is(await end(), 0);
});

test('the lines that it prints for entrada.yaml are right in any folder', async (t) => {
  const cwd = temporaryFolder(t);
  const running = startCli(t, ['emulator', '--port', '0', '--ca', 'tls/ca.crt'], { cwd });
  let line = '';
  // oxlint-disable-next-line no-await-in-loop -- up to the line that is looked for
  while (!line.startsWith('  authority: ')) line = await running.line();
  const { ca, login } = JSON.parse(line.slice('  authority: '.length));
  t.is(ca, path.join(cwd, 'tls/ca.crt'));
  t.regex(readFileSync(ca, 'utf8'), /^-----BEGIN CERTIFICATE-----/);
  t.regex(login, /^https:\/\/login\.localhost:\d+$/);
});

test('a file that is wrong is refused with every fault at its place', async (t) => {
  const file = seedFile(t, 'name: Fabrikam\npeopl: []\ngroups: [{ displayName: 3 }]\n');
  const { code, stderr } = await runCli(['emulator', file, '--port', '0']);
  t.is(code, 2);
  t.regex(stderr, /people\.yaml:2:1 error CONFIG_UNKNOWN_KEY at peopl/);
  t.regex(stderr, /people\.yaml:3:25 error CONFIG_INVALID_VALUE at groups\[0\]\.displayName/);
});

test('a file that names somebody who is not there is refused', async (t) => {
  const file = seedFile(t, 'groups: [{ displayName: Finance, members: [nobody] }]');
  const { code, stderr } = await runCli(['emulator', file, '--port', '0']);
  t.is(code, 2);
  t.regex(stderr, /EMULATOR_SEED_INVALID/);
  t.true(stderr.includes('nobody'));
});

test('a port that somebody listens on already is said, and nothing is written', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') return t.fail();
  const folder = temporaryFolder(t);
  const args = ['emulator', '--port', `${address.port}`, '--ca', 'ca.crt', '--json'];
  const { code, stdout, stderr } = await runCli(args, { cwd: folder });
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /EMULATOR_ADDRESS/);
  t.deepEqual(readdirSync(folder), []);
});
