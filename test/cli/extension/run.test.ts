import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import test, { type ExecutionContext } from 'ava';

import { EXIT, Exit } from '../../../src/cli/exit.ts';
import { runOnce } from '../../../src/cli/extension/run-once.ts';
import { runCli } from '../../_support/cli.ts';
import { printed } from '../../_support/printed.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

const FILES = {
  'extension.yaml': `api: 1
name: tried
version: '1.0.0'
requests:
  fetch: [{ origin: https://hr.example.com, allow: ['POST /v1/*'] }, { name: teams, allow: [POST] }]
  secrets: [hr_key]
`,
  'lib/hr.ts': `export async function ask(key: string): Promise<string> {
  const response = await fetch('https://hr.example.com/v1/people', {
    method: 'POST',
    headers: { 'x-key': key },
    body: 'who',
  });
  if (!response.ok) throw new Error(\`HR answered \${response.status}\`);
  return response.text();
}
`,
  'index.ts': `import { allow, deny, type Extension } from 'entrada/extension';
import { ask } from './lib/hr.ts';

export default {
  async decide(signIn, ctx) {
    const answer = await ask(ctx.secrets.hr_key ?? '');
    await fetch('entrada:teams', { method: 'POST', body: answer });
    const seen = await ctx.kv.get('seen');
    ctx.log.info(\`\${answer} \${JSON.stringify(seen)} \${new Date().toISOString()}\`);
    return answer === 'friend' ? allow() : deny('hr');
  },
} satisfies Extension;
`,
  'fixtures/friend.yaml': `hook: decide
at: 2026-01-02T03:04:05Z
secrets: { hr_key: the-key-of-hr }
kv: { seen: 3 }
http:
  POST https://hr.example.com/v1/people: { text: friend, sent: who }
  POST entrada:teams: { status: 202 }
expect: { decision: { decision: allow } }
`,
  'fixtures/broken.yaml': `hook: decide
http:
  POST https://hr.example.com/v1/people: { status: 500 }
`,
};

function folderOf(t: ExecutionContext): string {
  const folder = temporaryFolder(t);
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

test('a fixture gives time, secrets, what was kept, and answers; requests and lines are told', async (t) => {
  const cwd = folderOf(t);
  const { code, stdout } = await runCli(
    ['extension', 'run', 'decide', '--event', 'fixtures/friend.yaml'],
    { cwd },
  );
  t.is(code, 0, stdout);
  t.regex(stdout, /info +friend 3 2026-01-02T03:04:05\.000Z/);
  t.regex(stdout, /fetch POST https:\/\/hr\.example\.com\/v1\/people 200 by POST \/v1\/\*/);
  t.regex(stdout, /fetch POST entrada:teams 202/);
  t.false(stdout.includes('the-key-of-hr'));
});

test('a failure is told by the author’s files, lines and columns, with the source around them', async (t) => {
  const cwd = folderOf(t);
  const { code, stdout } = await runCli(
    ['extension', 'run', 'decide', '--event', 'fixtures/broken.yaml'],
    { cwd },
  );
  t.is(code, 1);
  t.regex(stdout, /✖ throw THROWN: Error: HR answered 500/);
  t.regex(stdout, /at (?:async )?ask \(lib\/hr\.ts:7:27\)\n/);
  t.regex(stdout, /7 \| {3}if \(!response\.ok\) throw new Error.*\n +\| +\^/);
  t.regex(stdout, /at .*decide \(index\.ts:6:\d+\)/);
  t.false(/entrada:|node:|file:\/\//.test(stdout.replace('entrada:teams', '')), stdout);
});

test('another end than the fixture expects is a failure of the command, with both', async (t) => {
  const cwd = folderOf(t);
  writeFileSync(
    path.join(cwd, 'fixtures/friend.yaml'),
    FILES['fixtures/friend.yaml'].replace('text: friend', 'text: foe'),
  );
  const { code, stdout } = await runCli(
    ['extension', 'run', 'decide', '--event', 'fixtures/friend.yaml', '--json'],
    { cwd },
  );
  t.is(code, 1);
  const { decision, differences } = JSON.parse(stdout);
  t.like(decision, { decision: 'deny', code: 'hr' });
  t.regex(differences[0], /expected .*allow.*, got .*deny/);
});

test('a request that the fixture has no answer for is a difference that names it', async (t) => {
  const cwd = folderOf(t);
  const { stdout } = await runCli(['extension', 'run', 'decide', '--json'], { cwd });
  const { failure, differences } = JSON.parse(stdout);
  t.is(failure.kind, 'dependency');
  t.deepEqual(differences, ['there is no answer for POST https://hr.example.com/v1/people']);
});

test('another hook can be told what a fixture says, and what is expected of its own is not expected of it', async (t) => {
  const cwd = folderOf(t);
  const args = ['extension', 'run', 'enrich', '--event', 'fixtures/friend.yaml', '--json'];
  const { stdout } = await runCli(args, { cwd });
  const { failure, differences } = JSON.parse(stdout);
  t.is(failure.code, 'HOOK_MISSING');
  t.false(differences.join('').includes('expected'), stdout);
});

test('a hook that the extension does not have is said', async (t) => {
  const cwd = folderOf(t);
  const { code, stdout } = await runCli(['extension', 'run', 'enrich'], { cwd });
  t.is(code, 1);
  t.regex(stdout, /HOOK_MISSING: there is no hook enrich/);
});

test('a name that is of no hook is taken for an event, and said', async (t) => {
  const { stdout } = await runCli(['extension', 'run', 'decid'], { cwd: folderOf(t) });
  t.regex(stdout, /HOOK_MISSING: there is no hook for the event decid/);
});

/** What is said of a run that cannot begin. */
async function refusedRun(t: ExecutionContext, dir: string, event?: string): Promise<string> {
  const options = event === undefined ? { dir } : { dir, event: path.join(dir, event) };
  const { stdout, stderr } = await printed(async () => {
    const exit = await t.throwsAsync(runOnce('decide', options), { instanceOf: Exit });
    t.is(exit?.code, EXIT.usage);
  });
  t.is(stdout, '', 'nothing ran');
  return stderr;
}

test.serial('what does not build is not run, and neither is a fixture that is none', async (t) => {
  const folder = folderOf(t);
  writeFileSync(path.join(folder, 'fixtures/wrong.yaml'), 'hook: decides\n');
  t.regex(
    await refusedRun(t, folder, 'fixtures/wrong.yaml'),
    /wrong\.yaml:1:7 error CONFIG_INVALID_VALUE at hook/,
  );
  writeFileSync(path.join(folder, 'index.ts'), 'const = 1;\n');
  t.regex(await refusedRun(t, folder), /index\.ts:1:7 error EXTENSION_BUILD_FAILED/);
});
