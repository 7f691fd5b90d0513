/**
 * A runner in this process. Its platform does what a hook's argument says: as if guest code had taken the place of the
 * runtime in its isolate.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import test from 'ava';

import type { FromRunner, RunnerLimits, ToRunner } from '../../../sandbox/contract.ts';
import { DEFAULT_LIMITS } from '../../../src/extensions/limits.ts';
import { CpuShares } from '../../../src/extensions/runner/cpu-shares.ts';
import { type InvocationParts, Invocation } from '../../../src/extensions/runner/invocation.ts';
import { Cell, type CellPorts, CompiledScript } from '../../../src/extensions/runner/isolate.ts';
import { createOperations } from '../../../src/extensions/runner/platform-ops/operations.ts';
import { Runner } from '../../../src/extensions/runner/runner.ts';
import { Workers } from '../../../src/extensions/runner/workers.ts';

/** Runs the text of each call, with what the host gave the runtime. */
const LIAR = `(send, ask) => (type, id, text) => {
  if (type === 'invoke') (0, eval)(text)(send, ask);
}`;

const NAME = 'entrada:liar';

type Invoke = Extract<ToRunner, { type: 'invoke' }>;
type Done = Extract<FromRunner, { type: 'done' }>;

function invoke(call: string, limits: Partial<RunnerLimits> = {}): Invoke {
  const all = { ...DEFAULT_LIMITS, wallMs: 20_000, ...limits };
  return {
    type: 'invoke',
    id: 7,
    extension: 'liar',
    call,
    source: null,
    limits: all,
    measure: false,
  };
}

const load = (source: string): ToRunner => ({
  type: 'load',
  extension: 'liar',
  source,
  memoryMb: 128,
});

/** A runner, what it said, and the end of an invocation. */
function start(post: (message: FromRunner) => void = () => undefined) {
  const said: FromRunner[] = [];
  const { promise: done, resolve } = Promise.withResolvers<Done>();
  const runner = new Runner((message) => {
    post(message);
    said.push(message);
    if (message.type === 'done') resolve(message);
  });
  return { runner, said, done };
}

/** What comes of one invocation whose runtime runs a text. */
async function run(call: string, limits?: Partial<RunnerLimits>): Promise<Done['outcome']> {
  const { runner, done } = start();
  runner.take({ type: 'platform', source: LIAR });
  runner.take(load('(() => ({}))'));
  runner.take(invoke(call, limits));
  const { outcome } = await done;
  runner.take({ type: 'unload', extension: 'liar' });
  return outcome;
}

test('an extension before the platform, or that is no script, is not loaded, and says why', (t) => {
  const { runner, said } = start();
  runner.take(load('(() => ({}))'));
  runner.take({ type: 'platform', source: LIAR });
  runner.take(load('no script'));
  const failure = { kind: 'throw', code: 'UNLOADABLE' } as const;
  t.is(said.length, 2);
  for (const one of said) t.like(one, { type: 'unloadable', extension: 'liar', failure });
});

test('an invocation of what is not loaded is refused', async (t) => {
  const { runner, done } = start();
  runner.take({ type: 'platform', source: LIAR });
  runner.take(invoke('() => {}'));
  t.like(await done, {
    id: 7,
    outcome: { ok: false, failure: { kind: 'unavailable', code: 'NOT_LOADED' } },
  });
});

test('a runner that breaks over an invocation says so of itself', async (t) => {
  const left = [1].values();
  const { runner, done, said } = start(({ type }) => {
    if (type === 'done' && left.next().value) throw new TypeError('the pipe broke');
  });
  runner.take({ type: 'platform', source: LIAR });
  runner.take(load('(() => ({}))'));
  runner.take(invoke('(send) => send("done", 0, "", "1")'));
  t.like(await done, { outcome: { failure: { kind: 'unavailable', code: 'RUNNER_BROKEN' } } });
  t.deepEqual(said.at(-1), { type: 'sick', id: 7, reason: 'the pipe broke' });
  runner.take({ type: 'unload', extension: 'liar' });
});

const LIES: readonly (readonly [
  what: string,
  call: string,
  limits: Partial<RunnerLimits>,
  code: string,
])[] = [
  ['sends what is no message', 'send("constructor", 0, "", "")', {}, 'MESSAGE'],
  [
    'asks with a text that is too long',
    'ask("random", "123456")',
    { messageLength: 5 },
    'MESSAGE_LENGTH',
  ],
  [
    'returns a result that is too long',
    'send("done", 0, "", "123456")',
    { resultLength: 5 },
    'RESULT_LENGTH',
  ],
];

for (const [what, call, limits, code] of LIES) {
  test(`a runtime that ${what} ends its invocation`, async (t) => {
    const outcome = await run(`(send, ask) => { ${call}; send("done", 0, "", "1"); }`, limits);
    t.like(outcome, { ok: false, failure: { kind: 'limit', code } });
  });
}

test('a runtime that asks for what there is not, or with what is no text, is refused', async (t) => {
  const outcome = await run(
    '(send, ask) => send("done", 0, "", ask("nothing", "1") + ask("random", 1))',
  );
  const refused = '{"ok":false,"error":{"code":"OPERATION_REFUSED",';
  t.true(outcome.ok && outcome.result.split(refused).length === 3, JSON.stringify(outcome));
});

/** Answers what it was told to rehearse before its invocation began, after it did what the call says. */
const ACTOR = `(send) => {
  const played = [];
  return (type, id, text) => {
    if (type === 'rehearse') played.push(text);
    if (type !== 'invoke') return;
    if (text === 'fetch') send('call', 1, 'fetch', '{}');
    send('done', 0, '', played.join(' '));
  };
}`;

/** A runner does its idle work bit by bit, each a millisecond after the one before: each of these turns lets one be done. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await sleep(2);
  }
}

/** What the isolates of invocations rehearsed, one after the other. */
async function rehearsals(...calls: readonly string[]): Promise<readonly unknown[]> {
  let heard: (message: Done) => void = () => undefined;
  const { runner } = start((message) => message.type === 'done' && heard(message));
  runner.take({ type: 'platform', source: ACTOR });
  runner.take(load('(() => ({}))'));
  await idle();
  const results: unknown[] = [];
  for (const call of calls) {
    const done = new Promise<Done>((resolve) => (heard = resolve));
    runner.take(invoke(call));
    // oxlint-disable-next-line no-await-in-loop -- the next one finds what was made ready meanwhile
    const { outcome } = await done;
    results.push(outcome.ok ? outcome.result : outcome.failure);
    // oxlint-disable-next-line no-await-in-loop -- as above
    await idle();
  }
  runner.take({ type: 'unload', extension: 'liar' });
  return results;
}

test('isolates rehearse a call in idle time, and a fetch once their extension has fetched', async (t) => {
  t.deepEqual(await rehearsals('nothing', 'fetch', 'nothing', 'nothing'), [
    'call',
    'call',
    'call fetch',
    'call fetch',
  ]);
});

/** A cell that shows by which ports it is connected. */
class ShownCell extends Cell {
  ports: CellPorts | undefined;

  override attach(ports: CellPorts): void {
    this.ports = ports;
    super.attach(ports);
  }
}

test('an isolate that V8 lost ends its invocation, and its runner gets no more work', async (t) => {
  const said: FromRunner[] = [];
  const cell = new ShownCell(CompiledScript.of(LIAR, NAME, undefined), null, 128);
  const parts: InvocationParts = {
    message: invoke('() => {}'),
    filename: NAME,
    cell,
    operations: createOperations(),
    shares: new CpuShares(),
    workers: new Workers(),
    post: (message) => void said.push(message),
  };
  const ended = new Invocation(parts).run();
  cell.ports?.catastrophe('Reached heap limit');
  await ended;
  t.like(
    said.find(({ type }) => type === 'done'),
    {
      outcome: { ok: false, failure: { kind: 'memory', code: 'ISOLATE_LOST' } },
    },
  );
  t.deepEqual(said[0], { type: 'sick', id: 7, reason: 'Reached heap limit' });
});
