import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import test from 'ava';

import { DebugClient, placeOf } from '../../_support/debug-client.ts';
import { startDebugged } from '../../_support/debugged-hook.ts';

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

test('an editor finds the author’s file by its path, and may ask for breakpoints there before there is a script', async (t) => {
  const { url, folder, ended } = await startDebugged(t);
  const client = await DebugClient.open(t, url);
  const file = pathToFileURL(path.join(folder, 'index.ts')).href;
  await client.ask('Debugger.enable');
  // As Visual Studio Code's debugger does: first by the path of the file, then where the source map leads.
  const urlRegex = `${RegExp.escape(file)}($|\\?)`;
  const early = await client.ask('Debugger.setBreakpointByUrl', { urlRegex, lineNumber: 9 });
  t.deepEqual(early.locations, []);
  const script = await client.script();
  await client.breakAt(script, file, 10);
  await client.ask('Runtime.runIfWaitingForDebugger');
  const paused = await client.next('Debugger.paused');
  t.deepEqual(placeOf(script, paused.callFrames[0].location), { file, line: 10 });
  await client.ask('Debugger.resume');
  t.is((await ended).code, 0);
});
