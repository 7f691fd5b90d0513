/** The package as others install it: packed, installed into an empty folder, and used there. */
import { execFile, execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import test from 'ava';

const ROOT = path.resolve(import.meta.dirname, '../..');
const BIN = path.join(ROOT, 'node_modules', '.bin');

const folder = mkdtempSync(path.join(tmpdir(), 'entrada-pack-'));
const installed = path.join(folder, 'node_modules', 'entrada');

/** How a machine reaches a registry: without its proxy and its certificates npm asks for minutes, and asks in vain. */
const REACHING =
  /^(?:https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir)|npm_config_registry)$/i;

/** The pinned Node, and nothing else of how this test itself was started. */
const ENVIRONMENT = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => REACHING.test(name))),
  PATH: `${BIN}:${process.env['PATH']}`,
  HOME: process.env['HOME'],
  NODE_COMPILE_CACHE: path.join(folder, 'compiled'), // goes with the folder: nobody else has its code
  npm_config_update_notifier: 'false',
};

const run = promisify(execFile);

/** Runs a program in the folder; rejects when it ends with another code than 0. */
async function inFolder(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, args, { cwd: folder, env: ENVIRONMENT });
  return stdout;
}

/** Runs the command that was installed. */
const entrada = (...args: readonly string[]): Promise<string> =>
  inFolder(path.join(folder, 'node_modules', '.bin', 'entrada'), ...args);

interface Manifest {
  readonly version: string;
  readonly bin: { readonly [name: string]: string };
  readonly exports: {
    readonly [entry: string]: string | { readonly types: string; readonly default: string };
  };
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
}

test.before('pack and install', (t) => {
  t.timeout(120_000);
  const npm = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('npm', args, { cwd, env: ENVIRONMENT, encoding: 'utf8', stdio: 'pipe' });
  const packed = npm(ROOT, 'pack', '--json', '--pack-destination', folder);
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n')));
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm(
    folder,
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    path.join(folder, filename),
  );
});

test.after.always(() => rmSync(folder, { recursive: true, force: true }));

test('the command line says its version', async (t) => {
  t.is((await inFolder('npx', 'entrada', '--version')).trim(), manifest().version);
});

test('every entry of exports has its file and its types', (t) => {
  for (const [entry, target] of Object.entries(manifest().exports)) {
    const files = typeof target === 'string' ? [target] : [target.types, target.default];
    for (const file of files) t.true(existsSync(path.join(installed, file)), `${entry}: ${file}`);
  }
});

test('the command is executable', (t) => {
  for (const file of Object.values(manifest().bin)) {
    t.notThrows(() => accessSync(path.join(installed, file), constants.X_OK));
  }
});

test('no test of Entrada and no configuration of its tools is packed', (t) => {
  for (const name of ['test', 'scripts', 'bench', 'docs', '.ci', 'tsconfig.json', 'knip.ts']) {
    t.false(existsSync(path.join(installed, name)), name);
  }
});

test('all four entries can be imported, without any development dependency', async (t) => {
  const script = `
    const names = ['entrada', 'entrada/extension', 'entrada/testing', 'entrada/emulator'];
    const entries = await Promise.all(names.map((name) => import(name)));
    console.log(JSON.stringify(entries.map((entry) => Object.keys(entry))));`;
  const [main, extension, testing, emulator] = JSON.parse(
    await inFolder('node', '--input-type=module', '--eval', script),
  );
  t.true(main.includes('startGateway'));
  t.true(extension.includes('allow'));
  t.true(testing.includes('createTestHost'));
  t.true(emulator.includes('startEmulator'));
});

test('an extension is begun, built and run from the installed package', async (t) => {
  await entrada('extension', 'new', 'gate', '--template', 'deny-by-attribute');
  const event = ['--event', 'gate/fixtures/allowed.yaml', '--dir', 'gate', '--json'];
  const ran = await entrada('extension', 'run', 'decide', ...event);
  t.like(JSON.parse(ran), { decision: { decision: 'allow' }, differences: [] });
});

test('the demo signs people in from the installed package', async (t) => {
  const { ok, signIns } = JSON.parse(await entrada('demo', '--headless', '--json'));
  t.true(ok);
  t.deepEqual(
    signIns.map(({ outcome }: { outcome: string }) => outcome),
    ['allowed', 'denied'],
  );
});

test('what init writes, check accepts; what tests of its example need is installed first', async (t) => {
  const printed = await entrada('init', 'gateway');
  t.regex(printed, /^ +npm install --prefix gateway\/extensions\/example$/m);
  await t.notThrowsAsync(entrada('check', '--config', 'gateway/entrada.yaml'));
});

test('the test kit runs an extension in an isolate', async (t) => {
  writeFileSync(
    path.join(folder, 'kit.js'),
    `import { createTestHost, madeUpSignIn } from 'entrada/testing';
    const extension = new URL('./node_modules/entrada/extensions/department-gate/', import.meta.url);
    const me = { json: { department: 'Legal' } };
    await using host = await createTestHost({
      extension,
      config: { departments: ['Legal'] },
      http: { 'GET https://graph.microsoft.com/v1.0/me': me },
    });
    const { decision } = await host.decide(madeUpSignIn());
    console.log(decision.decision);`,
  );
  t.is((await inFolder('node', '--no-node-snapshot', 'kit.js')).trim(), 'allow');
});

const EXTENSION = `
import { allow, deny, type Extension } from 'entrada/extension';

export default {
  async decide(signIn, ctx) {
    const response = await fetch('https://graph.microsoft.com/v1.0/me', {
      headers: { authorization: \`Bearer \${ctx.token('https://graph.microsoft.com')}\` },
      signal: ctx.signal,
    });
    const { department }: { department: string } = await response.json();
    console.log(new URL(response.url).host, crypto.randomUUID());
    return ctx.config.departments.includes(department) ? allow() : deny(signIn.principal.username);
  },
} satisfies Extension<{ departments: string[] }>;

// @ts-expect-error -- Node is not there
process.exit();
// @ts-expect-error -- nor is a page
document.title;
`;

/** Type-checks one file as an author's editor would. */
function typeCheck(file: string, code: string, ...options: readonly string[]): Promise<string> {
  writeFileSync(path.join(folder, file), code);
  const strict = ['--noEmit', '--strict', '--target', 'esnext', '--module', 'nodenext'];
  return inFolder('tsc', '--ignoreConfig', ...strict, ...options, file);
}

test('an extension has types for all that the isolate has, and for nothing else', async (t) => {
  const options = ['--lib', 'esnext', '--types', ''];
  await t.notThrowsAsync(typeCheck('extension.ts', EXTENSION, ...options));
});

test('a test and a program have types', async (t) => {
  const code = `
    import { startGateway, type Gateway } from 'entrada';
    import { startEmulator } from 'entrada/emulator';
    import { createTestHost, madeUpSignIn } from 'entrada/testing';
    const start: (options: Parameters<typeof startGateway>[0]) => Promise<Gateway> = startGateway;
    await using host = await createTestHost({ config: { departments: ['Legal'] } });
    const { decision } = await host.decide(madeUpSignIn({ username: 'jane' }));
    const emulator = await startEmulator();
    console.log(start, decision?.decision === 'allow', emulator.login.length);`;
  const roots = ['--typeRoots', path.join(ROOT, 'node_modules/@types'), '--types', 'node'];
  await t.notThrowsAsync(typeCheck('program.ts', code, ...roots, '--lib', 'esnext'));
});
