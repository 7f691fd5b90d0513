/**
 * The thread in which proxy scripts run. A script itself is in an interpreter that knows nothing of Node, and that ends with
 * the answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { QuickJS } from 'quickjs-wasi';

import { scriptFunctions } from './script-functions.ts';
import { awaitAddress } from './script-lookup.ts';
import type { ScriptMessage, ScriptQuestion, ScriptThreadData } from './script-thread.ts';

// What starts this thread hands over nothing else.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const { lookups, memoryBytes } = workerData as ScriptThreadData;

function say(message: ScriptMessage): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message);
}

function lookUp(host: string): string | null {
  say({ kind: 'look-up', host });
  return awaitAddress(lookups);
}

async function run({ source, url, host, ownAddress }: ScriptQuestion): Promise<unknown> {
  using engine = await QuickJS.create({ memoryLimit: memoryBytes });
  for (const [name, work] of scriptFunctions(lookUp, ownAddress)) {
    const call = engine.newFunction(name, (...handles) =>
      engine.hostToHandle(work(...handles.map((handle) => engine.dump(handle)))),
    );
    engine.setProp(engine.global, name, call);
  }
  engine.evalCode(source, 'proxy.pac');
  const find = engine.evalCode('FindProxyForURL', 'proxy.pac');
  const given = [url, host].map((text) => engine.newString(text));
  return engine.dump(engine.callFunction(find, engine.undefined, ...given));
}

/** Only text and null mean something. */
function plain(answer: unknown): string | null | undefined {
  return typeof answer === 'string' || answer === null ? answer : undefined;
}

parentPort?.on('message', (question: ScriptQuestion) => {
  run(question).then(
    (answer) => say({ kind: 'answer', answer: plain(answer) }),
    (error: unknown) => say({ kind: 'failure', why: reasonOf(error) }),
  );
});
say({ kind: 'ready' });

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : 'unknown failure';
}
