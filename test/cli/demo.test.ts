import { existsSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { runHeadless } from '../../src/cli/demo-headless.ts';
import { createDemoWorld, type DemoWorld } from '../../src/cli/demo-world.ts';
import { EXIT, Exit } from '../../src/cli/exit.ts';
import { freePort } from '../../src/cli/free-port.ts';
import { prepareConfig } from '../../src/cli/load.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { childrenOf, ended, runnersOf } from '../_support/child-processes.ts';
import { type CliRun, runCli, startCli } from '../_support/cli.ts';
import { printed } from '../_support/printed.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

interface HeadlessDemo {
  readonly ok: boolean;
  readonly signIns: readonly SignInOfDemo[];
}

interface SignInOfDemo {
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
}

/** Three parts of base64url: a signed token. */
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]*/;

const runs: { json?: CliRun; text?: CliRun } = {};

test.before('run each form once', async (t) => {
  t.timeout(150_000);
  runs.json = await runCli(['demo', '--headless', '--json']);
  runs.text = await runCli(['demo', '--headless']);
});

function demo(): HeadlessDemo {
  return JSON.parse(runs.json?.stdout ?? '');
}

test('demo --headless --json tells two sign-ins, one allowed and one denied', (t) => {
  t.is(runs.json?.code, 0, runs.json?.stderr);
  const { ok, signIns } = demo();
  t.true(ok);
  t.like(signIns, [
    { person: 'jane@contoso.example', ok: true, outcome: 'allowed' },
    { person: 'emil@contoso.example', ok: true, outcome: 'denied', session: null },
  ]);
  t.is(signIns[0]?.principal?.username, 'jane');
  t.truthy(signIns[0]?.session);
});

test('demo --headless --json tells tokens by resource and what each extension did', (t) => {
  const [jane, emil] = demo().signIns;
  t.deepEqual(
    jane?.tokens.map(({ resource }) => resource),
    ['https://graph.microsoft.com', 'https://storage.azure.com'],
  );
  for (const { scopes, expiresAt } of jane?.tokens ?? []) {
    t.true(scopes.length > 0);
    t.true(expiresAt > Date.now());
  }
  t.deepEqual(
    jane?.decisions.map(({ extension, hook }) => `${extension}.${hook}`),
    ['department-gate.decide', 'storage-container.decide', 'manager-claims.enrich'],
  );
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

/** Every member that programs may rely on; `code`, `steps`, `patch` and `failure` tell more than is asked for. */
const MEMBERS = {
  demo: 'ok signIns',
  signIn: 'person ok outcome principal tokens decisions session code steps',
  token: 'resource scopes expiresAt',
  decision: 'extension hook decision hostCalls ms patch failure',
  hostCall: 'method url status rule ms code',
} as const;

test('the object of demo --headless --json has the members that it is documented to have, and no others', (t) => {
  const { signIns, ...rest } = demo();
  const has = (value: object, members: string): void =>
    void t.deepEqual(Object.keys(value).toSorted(), members.split(' ').toSorted());
  has({ signIns, ...rest }, MEMBERS.demo);
  for (const signIn of signIns) {
    has(signIn, MEMBERS.signIn);
    for (const token of signIn.tokens) has(token, MEMBERS.token);
    for (const decision of signIn.decisions) {
      has(decision, MEMBERS.decision);
      t.true(decision.hostCalls.length > 0);
      for (const call of decision.hostCalls) has(call, MEMBERS.hostCall);
    }
  }
});

test('no token is in what the demo prints', (t) => {
  for (const { code, stdout, stderr } of [runs.json, runs.text].filter(
    (run) => run !== undefined,
  )) {
    t.is(code, 0, stdout + stderr);
    t.notRegex(stdout + stderr, JWT);
    t.notRegex(stdout + stderr, /entrada\.token\./, 'nor a handle');
  }
});

test('demo --headless prints the steps of each sign-in with their times', (t) => {
  const { stdout = '' } = runs.text ?? {};
  for (const step of [
    'redirect',
    'tenant',
    'callback',
    'tokens',
    'groups',
    'principal',
    'session',
  ]) {
    t.regex(stdout, new RegExp(`^ +${step} +[\\d.]+ ms`, 'm'), step);
  }
  t.regex(stdout, /department-gate\.decide +[\d.]+ ms/);
  t.regex(stdout, /GET https:\/\/graph\.microsoft\.com\/v1\.0\/me 200 by GET \/v1\.0\/me/);
  t.regex(stdout, /Both ended as they should/);
});

/** Runs the headless demo in a world where something was changed. */
async function inWorld(
  t: ExecutionContext,
  change: (world: DemoWorld) => void,
  watch: (run: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const ports = { gateway: await freePort(), emulator: 0 };
  await using world = await createDemoWorld(temporaryFolder(t), ports);
  change(world);
  const prepared = await prepareConfig(world.config, true);
  if (!prepared.ok) throw new Error('the configuration of the demo has faults');
  const { config, extensions } = prepared;
  await using gateway = await startGateway({
    config,
    extensions,
    log: createLog({ pretty: false, level: 'silent' }),
  });
  await watch(() => runHeadless(world, gateway, true));
}

/** Runs it to its end, which is not as it should be; answers what it printed. */
async function headlessIn(
  t: ExecutionContext,
  change: (world: DemoWorld) => void,
): Promise<HeadlessDemo> {
  const { stdout } = await printed(() =>
    inWorld(t, change, async (run) => {
      const exit = await t.throwsAsync(run, { instanceOf: Exit });
      t.is(exit?.code, EXIT.failed);
    }),
  );
  return JSON.parse(stdout);
}

test.serial('demo --headless fails when one who should be let in is denied', async (t) => {
  const { ok, signIns } = await headlessIn(t, ({ emulator }) => {
    emulator.tenant().people.update('jane@contoso.example', { department: 'Sales' });
  });
  t.false(ok);
  t.like(signIns, [
    { ok: false, outcome: 'denied', session: null },
    { ok: true, outcome: 'denied' },
  ]);
});

test.serial(
  'demo --headless fails when one who should be denied is let in, or is refused for something else',
  async (t) => {
    const letIn = await headlessIn(t, ({ emulator }) => {
      emulator.tenant().people.update('emil@contoso.example', { department: 'Legal' });
    });
    t.like(letIn, { ok: false, signIns: [{ ok: true }, { ok: false, outcome: 'allowed' }] });
    const broken = await headlessIn(t, ({ emulator }) => {
      emulator.failNext('graph.me', { graph: 'serviceNotAvailable', status: 503 }, 100);
    });
    t.like(broken, { ok: false, signIns: [{ ok: false }, { ok: false, outcome: 'denied' }] });
  },
);

test.serial(
  'demo --headless says so when no answer of the tenant gets as far as a sign-in',
  async (t) => {
    const change = ({ emulator }: DemoWorld): void =>
      emulator.tenant().tampering.on('description-hostile');
    const { stdout } = await printed(() =>
      inWorld(t, change, async (run) => {
        await t.throwsAsync(run, { message: /no sign-in of jane@contoso\.example reached/ });
      }),
    );
    t.is(stdout, '');
  },
);

/** Whether somebody listens on a port of loopback. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

test('demo says where to go, as whom, and what to try; Ctrl-C ends all of it', async (t) => {
  const [port, tenant] = [await freePort(), await freePort()];
  const running = startCli(t, ['demo', '--port', `${port}`, '--emulator-port', `${tenant}`]);
  let said = '';
  while (!said.includes('Ctrl-C')) said += `${await running.line()}\n`;
  t.true(said.includes(`https://localhost:${port}`));
  for (const person of ['jane', 'lena', 'emil', 'ulla'])
    t.true(said.includes(`${person}@contoso.example`));
  const [config = ''] = /\/\S+entrada\.yaml/.exec(said) ?? [];
  t.true(existsSync(config));
  t.true((await listens(port)) && (await listens(tenant)));
  const listed = await runCli(['sessions', 'list', '--json', '--config', config]);
  t.deepEqual(JSON.parse(listed.stdout), { sessions: [] }, 'as it says that one can ask');
  const children = childrenOf(running.pid);
  t.true(runnersOf(running.pid).length > 0);

  t.is((await running.end('SIGINT')).code, 0);
  t.false((await listens(port)) || (await listens(tenant)));
  await ended(children);
  t.false(existsSync(path.dirname(config)), 'nor is its folder left');
});

test('Ctrl-C ends a headless demo before its end, as one that failed', async (t) => {
  const tmp = temporaryFolder(t);
  const running = startCli(t, ['demo', '--headless'], { env: { TMPDIR: tmp } });
  // From its first folder on it listens for signals, and has everything still before it.
  while (readdirSync(tmp).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const { code, stdout } = await running.end('SIGINT');
  t.is(code, 1);
  t.notRegex(stdout, /Both ended/);
  t.deepEqual(readdirSync(tmp), []);
});
