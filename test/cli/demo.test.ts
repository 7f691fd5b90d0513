import test from 'ava';

import { runCli } from '../_support/cli.ts';

interface HeadlessDemo {
  readonly ok: boolean;
  readonly signIns: readonly {
    readonly person: string;
    readonly ok: boolean;
    readonly outcome: string;
    readonly principal: { readonly username: string } | null;
    readonly tokens: readonly { resource: string; scopes: string[]; expiresAt: number }[];
    readonly decisions: readonly {
      extension: string;
      hook: string;
      decision: unknown;
      hostCalls: { method: string; url: string; status: number; rule: string; ms: number }[];
      ms: number;
    }[];
    readonly session: object | null;
  }[];
}

/** Three parts of base64url: a signed token. */
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]*/;

test('demo --headless --json tells two sign-ins, one allowed and one denied', async (t) => {
  const { code, stdout, stderr } = await runCli(['demo', '--headless', '--json']);
  t.is(code, 0, stdout + stderr);
  const { ok, signIns }: HeadlessDemo = JSON.parse(stdout);
  t.true(ok);
  t.like(signIns, [
    { person: 'jane@contoso.example', ok: true, outcome: 'allowed' },
    { person: 'emil@contoso.example', ok: true, outcome: 'denied', session: null },
  ]);
  t.is(signIns[0]?.principal?.username, 'jane');
  t.truthy(signIns[0]?.session);
});

test('demo --headless --json tells tokens by resource and what each extension did', async (t) => {
  const { stdout } = await runCli(['demo', '--headless', '--json']);
  const { signIns }: HeadlessDemo = JSON.parse(stdout);
  const [jane, emil] = signIns;
  t.deepEqual(
    jane?.tokens.map(({ resource }) => resource),
    ['https://graph.microsoft.com', 'https://storage.azure.com'],
  );
  for (const { scopes, expiresAt } of jane?.tokens ?? []) {
    t.true(scopes.length > 0);
    t.true(expiresAt > Date.now());
  }
  const gate = emil?.decisions.find(({ extension }) => extension === 'department-gate');
  t.like(gate, {
    hook: 'decide',
    decision: { decision: 'deny', code: 'department' },
    hostCalls: [
      {
        method: 'GET',
        url: 'https://graph.microsoft.com/v1.0/me',
        status: 200,
        rule: 'GET /v1.0/me',
      },
    ],
  });
  t.is(typeof gate?.ms, 'number');
  t.is(typeof gate?.hostCalls[0]?.ms, 'number');
});

test('no token is in what the demo prints', async (t) => {
  const runs = await Promise.all([
    runCli(['demo', '--headless', '--json']),
    runCli(['demo', '--headless']),
  ]);
  for (const { code, stdout, stderr } of runs) {
    t.is(code, 0, stdout + stderr);
    t.notRegex(stdout + stderr, JWT);
    t.notRegex(stdout + stderr, /entrada\.token\./, 'nor a handle');
  }
});

test('demo --headless prints the steps of each sign-in with their times', async (t) => {
  const { stdout } = await runCli(['demo', '--headless']);
  for (const step of ['redirect', 'tenant', 'callback', 'tokens', 'groups', 'principal']) {
    t.regex(stdout, new RegExp(`^ +${step} +[\\d.]+ ms`, 'm'), step);
  }
  t.regex(stdout, /department-gate\.decide/);
  t.regex(stdout, /Both ended as they should/);
});
