import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';

import test, { type ExecutionContext } from 'ava';

import { DebugClient, placeOf } from '../../_support/debug-client.ts';
import { temporaryFolder } from '../../_support/temporary-folder.ts';

const MAIN = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');

const SOURCE = `import { allow, deny, type Extension } from 'entrada/extension';

interface Person {
  readonly department: string;
}

export default {
  async decide(signIn, ctx) {
    const person: Person = { department: signIn.service.type };
    const length = person.department.length;
    ctx.log.info(\`\${signIn.principal.username} \${length}\`);
    return length === 12 ? allow() : deny('length');
  },
} satisfies Extension;
`;

interface Debugged {
  readonly url: string;
  /** All that it printed, when it has ended. */
  readonly ended: Promise<{ readonly code: number; readonly stdout: string }>;
}

/** Runs the hook with a debugger that it waits for. */
async function startDebugged(t: ExecutionContext): Promise<Debugged> {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, 'index.ts'), SOURCE);
  writeFileSync(path.join(folder, 'extension.yaml'), "api: 1\nname: debugged\nversion: '1.0.0'\n");
  const args = [
    '--conditions=entrada:source',
    MAIN,
    'extension',
    'run',
    'decide',
    '--inspect',
    '0',
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = new Promise<number>((resolve) =>
    child.once('close', (code) => resolve(code ?? -1)),
  );
  const lines = createInterface({ input: child.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    lines.on('close', () => reject(new Error('it ended before there was a debugger')));
  });
  return { url, ended: ended.then((code) => ({ code, stdout })) };
}

test('a debugger stops at a line of the author’s TypeScript, reads a variable, and steps', async (t) => {
  const { url, ended } = await startDebugged(t);
  const client = await DebugClient.open(t, url);
  await client.ask('Runtime.enable');
  await client.ask('Debugger.enable');
  const script = await client.script();
  await client.breakAt(script, 'index.ts', 10);
  await client.ask('Runtime.runIfWaitingForDebugger');

  const paused = await client.next('Debugger.paused');
  const [frame] = paused.callFrames;
  t.is(frame.functionName, 'decide');
  t.like(placeOf(script, frame.location), { line: 10 });
  const read = async (callFrameId: string, expression: string): Promise<unknown> => {
    const { result } = await client.ask('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression,
    });
    return result.value;
  };
  t.is(await read(frame.callFrameId, 'person.department'), 'file-browser');
  t.is(await read(frame.callFrameId, 'signIn.principal.username'), 'jane');

  await client.ask('Debugger.stepOver');
  const stepped = await client.next('Debugger.paused');
  t.like(placeOf(script, stepped.callFrames[0].location), { line: 11 });
  t.is(await read(stepped.callFrames[0].callFrameId, 'length'), 12);
  await client.ask('Debugger.resume');

  const { code, stdout } = await ended;
  t.is(code, 0);
  t.regex(stdout, /jane 12/);
  t.regex(stdout, /"decision":"allow"/);
});

test('without a breakpoint it pauses where the extension begins, so that one can be set', async (t) => {
  const { url, ended } = await startDebugged(t);
  const client = await DebugClient.open(t, url);
  await client.ask('Debugger.enable');
  const script = await client.script();
  await client.ask('Runtime.runIfWaitingForDebugger');
  const started = await client.next('Debugger.paused');
  t.like(placeOf(script, started.callFrames[0].location), { line: 7 });
  await client.breakAt(script, 'index.ts', 12);
  await client.ask('Debugger.resume');
  const paused = await client.next('Debugger.paused');
  t.like(placeOf(script, paused.callFrames[0].location), { line: 12 });
  await client.ask('Debugger.resume');
  t.is((await ended).code, 0);
});

test('a debugger that leaves while the hook is paused lets it go on', async (t) => {
  const { url, ended } = await startDebugged(t);
  const client = await DebugClient.open(t, url);
  await client.ask('Debugger.enable');
  const script = await client.script();
  await client.breakAt(script, 'index.ts', 11);
  await client.ask('Runtime.runIfWaitingForDebugger');
  await client.next('Debugger.paused');
  client.close();
  t.is((await ended).code, 0);
});

function get(
  url: string,
  host?: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const headers = host === undefined ? {} : { host };
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
  });
}

test('the debugger is found at this machine’s address alone, by nobody who came by another name', async (t) => {
  const { url } = await startDebugged(t);
  const { host } = new URL(url);
  t.regex(url, /^ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/);
  const listed = await get(`http://${host}/json/list`);
  t.like(JSON.parse(listed.body)[0], { title: 'debugged', webSocketDebuggerUrl: url });
  t.is((await get(`http://${host}/json/list`, 'evil.example:9229')).status, 404);
  await t.throwsAsync(DebugClient.open(t, `ws://${host}/`), { message: /403/ });
});
