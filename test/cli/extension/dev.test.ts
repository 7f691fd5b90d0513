import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import test, { type ExecutionContext } from 'ava';

import { Changes } from '../../../src/cli/extension/watch.ts';
import { runCli } from '../../_support/cli.ts';
import { DebugClient, placeOf } from '../../_support/debug-client.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');

const SOURCE = `import { allow, deny, type Extension } from 'entrada/extension';

export default {
  async decide(signIn, ctx) {
    ctx.log.info(\`asked about \${signIn.principal.username}\`);
    return signIn.principal.username === 'jane' ? allow() : deny('who');
  },
} satisfies Extension;
`;

const MANIFEST = "api: 1\nname: watched\nversion: '1.0.0'\n";

interface Loop {
  readonly folder: string;
  /** Waits for a line of either stream. */
  readonly until: (pattern: RegExp) => Promise<string>;
  /** Sends a signal; answers how it ended. */
  readonly end: (signal: 'SIGINT' | 'SIGTERM') => Promise<number | null>;
}

/** Starts the loop in a folder with an extension and a fixture; it ends with the test. */
function startLoop(t: ExecutionContext, args: readonly string[]): Loop {
  const folder = temporaryFolder(t);
  mkdirSync(path.join(folder, 'fixtures'));
  writeFileSync(path.join(folder, 'index.ts'), SOURCE);
  writeFileSync(path.join(folder, 'extension.yaml'), MANIFEST);
  writeFileSync(path.join(folder, 'fixtures/jane.yaml'), 'hook: decide\n');
  const command = ['--conditions=entrada:source', MAIN, 'extension', 'dev', ...args];
  const child = spawn(process.execPath, command, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  t.teardown(() => {
    child.kill('SIGTERM'); // a loop that is killed has no time to write what it ran
    return ended;
  });
  const lines: string[] = [];
  const waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];
  const take = (line: string): void => {
    const index = waiting.findIndex(({ pattern }) => pattern.test(line));
    if (index === -1) lines.push(line);
    else waiting.splice(index, 1)[0]?.resolve(line);
  };
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', take);
  return {
    folder,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
    until: (pattern) => {
      const index = lines.findIndex((line) => pattern.test(line));
      if (index !== -1) return Promise.resolve(lines.splice(0, index + 1).at(-1) ?? '');
      return new Promise((resolve) => waiting.push({ pattern, resolve }));
    },
  };
}

test('a change is built and run again, with lines of the extension and what came of it', async (t) => {
  const { folder, until } = startLoop(t, []);
  t.regex(await until(/info/), /asked about jane/);
  t.regex(await until(/decision/), /"allow"/);
  await until(/watching/);
  writeFileSync(path.join(folder, 'index.ts'), SOURCE.replace("=== 'jane'", "=== 'joan'"));
  await until(/index\.ts.* changed/);
  t.regex(await until(/built in/), /decide fixtures\/jane\.yaml built in \d+ ms/);
  t.regex(await until(/decision/), /"deny","code":"who"/);
});

test('a fixture that changes is run again as well', async (t) => {
  const { folder, until } = startLoop(t, ['--event', 'fixtures/jane.yaml']);
  await until(/watching/);
  writeFileSync(
    path.join(folder, 'fixtures/jane.yaml'),
    'hook: decide\nevent: { principal: { username: sam } }\n',
  );
  t.regex(await until(/info .*sam/), /asked about sam/);
});

test('what does not build is said with its place, and the loop goes on when it is mended', async (t) => {
  const { folder, until } = startLoop(t, []);
  await until(/watching/);
  writeFileSync(path.join(folder, 'index.ts'), `${SOURCE}\nconst = 1;\n`);
  t.regex(await until(/EXTENSION_BUILD_FAILED/), /index\.ts:10:7 /);
  await until(/watching/);
  const fixture = path.join(folder, 'fixtures/jane.yaml');
  const again = until(/EXTENSION_BUILD_FAILED/);
  rmSync(fixture);
  t.regex(await again, /index\.ts:10:7 /, 'without a fixture as well');
  writeFileSync(fixture, 'hook: decide\n');
  writeFileSync(path.join(folder, 'index.ts'), SOURCE);
  t.regex(await until(/"decision"/), /"allow"/);
});

test('a folder that is not there cannot be watched, which ends the loop', async (t) => {
  const folder = path.join(temporaryFolder(t), 'not-there');
  const changes = new Changes(folder, new AbortController().signal);
  await t.throwsAsync(changes.next(), { code: 'EXTENSION_UNREADABLE' });
  await t.throwsAsync(
    changes.next(),
    { code: 'EXTENSION_UNREADABLE' },
    'and who asks later hears it, too',
  );
});

test('a folder that is moved away, and another one that comes in its place, are watched on', async (t) => {
  const { folder, until, end } = startLoop(t, []);
  await until(/watching/);
  renameSync(folder, `${folder}-away`);
  t.teardown(() => rmSync(`${folder}-away`, { recursive: true, force: true }));
  await until(/EXTENSION_UNREADABLE/);
  await until(/watching/);
  cpSync(`${folder}-away`, folder, { recursive: true });
  t.regex(await until(/"decision"/), /"allow"/);
  await until(/watching/);
  writeFileSync(path.join(folder, 'index.ts'), SOURCE.replace("=== 'jane'", "=== 'joan'"));
  await until(/"deny","code":"who"/); // in this turn or, when it came back in several, in a later one
  t.is(await end('SIGINT'), 0);
});

test('a breakpoint holds in the isolate of the next turn', async (t) => {
  const { folder, until } = startLoop(t, ['--inspect', '0']);
  const url = (await until(/^Debugger listening/)).split(' ').at(-1) ?? '';
  await until(/watching/);
  const client = await DebugClient.open(t, url);
  await client.ask('Debugger.enable');
  const first = await client.script();
  const set = await client.breakAt(first, 'index.ts', 6);
  // To a debugger, a script of a number that it knows in a context that it knows is no new one.
  const known = new Set([first.executionContextId]);
  for (const turn of [1, 2]) {
    writeFileSync(path.join(folder, 'index.ts'), `${SOURCE}// ${turn}\n`);
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    const script = await client.script();
    t.false(known.has(script.executionContextId));
    known.add(script.executionContextId);
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    const { breakpointId, location } = await client.next('Debugger.breakpointResolved');
    t.is(breakpointId, set);
    t.like(placeOf(script, location), { line: 6 });
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    const paused = await client.next('Debugger.paused');
    t.like(placeOf(script, paused.callFrames[0].location), { line: 6 });
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await client.ask('Debugger.resume');
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    t.regex(await until(/"decision"/), /"allow"/);
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await until(/watching/);
  }
});

test('it ends when it is told to, also while a debugger holds a hook', async (t) => {
  const { folder, until, end } = startLoop(t, ['--inspect', '0']);
  const url = (await until(/^Debugger listening/)).split(' ').at(-1) ?? '';
  await until(/watching/);
  const client = await DebugClient.open(t, url);
  await client.ask('Debugger.enable');
  await client.breakAt(await client.script(), 'index.ts', 6);
  writeFileSync(path.join(folder, 'index.ts'), `${SOURCE}// again\n`);
  await client.next('Debugger.paused');
  t.is(await end('SIGINT'), 0);
});

test('live, somebody signs in at a gateway and a tenant of this machine', async (t) => {
  const { folder, until } = startLoop(t, ['--live', '--as', 'emil@contoso.example']);
  await until(/emil@contoso\.example signs in/);
  t.regex(await until(/ decide /), /"code":"who"/);
  t.regex(await until(/^denied/), /SIGN_IN_DENIED/);
  await until(/watching/);
  writeFileSync(path.join(folder, 'index.ts'), SOURCE.replace("=== 'jane'", "=== 'emil'"));
  t.regex(await until(/^allowed/), /allowed/);
});

test('live, what runs in the background is told as well', async (t) => {
  const { folder, until } = startLoop(t, ['--live']);
  await until(/^allowed/);
  await until(/watching/);
  const events = `events: { 'signIn.succeeded': (event, ctx) => ctx.log.info(\`heard of \${event.principal.username}\`) },`;
  writeFileSync(
    path.join(folder, 'index.ts'),
    SOURCE.replace('} satisfies', `  ${events}\n} satisfies`),
  );
  await until(/heard of jane/);
  t.regex(await until(/signIn\.succeeded/), /done/);
});

test('live, what keeps it from being run, and what breaks as it runs, is said', async (t) => {
  const { folder, until } = startLoop(t, ['--live']);
  await until(/^allowed/);
  await until(/watching/);
  const manifest = path.join(folder, 'extension.yaml');
  writeFileSync(manifest, `${MANIFEST}entri: index.ts\n`);
  t.regex(await until(/CONFIG_UNKNOWN_KEY/), /extension\.yaml:4:1 /);
  await until(/watching/);
  writeFileSync(manifest, MANIFEST);
  writeFileSync(path.join(folder, 'index.ts'), `${SOURCE}\nconst = 1;\n`);
  t.regex(await until(/EXTENSION_BUILD_FAILED/), /index\.ts:10:7 /);
  await until(/watching/);
  writeFileSync(
    path.join(folder, 'index.ts'),
    SOURCE.replace('return', "throw new Error('oh');\n"),
  );
  t.regex(await until(/✖ throw/), /THROWN: Error: oh$/);
  t.regex(await until(/^ +at /), /decide \(index\.ts:6:\d+\)/);
  await until(/watching/);
  writeFileSync(path.join(folder, 'index.ts'), `throw new Error('at once');\n${SOURCE}`);
  t.regex(await until(/EXTENSION_UNLOADABLE/), /error/);
});

test('live and a debugger exclude each other', async (t) => {
  const { code, stderr } = await runCli(['extension', 'dev', '--live', '--inspect']);
  t.is(code, 2);
  t.regex(stderr, /cannot be used with/);
});
