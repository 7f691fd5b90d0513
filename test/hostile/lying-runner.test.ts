import test from 'ava';

import { DEFAULT_LIMITS } from '../../src/extensions/limits.ts';
import { DONE, startLyingPool, USAGE } from '../_support/lying-pool.ts';
import type { Step } from '../_support/lying-runner.ts';

const raw = (bytes: Buffer): Step => ({ raw: bytes.toString('base64') });

function header(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

const done = (outcome: object): Step => ({
  say: { type: 'done', id: 'ID', outcome, usage: USAGE },
});

const call = (id: unknown, more: object = {}): Step => ({
  say: { type: 'call', id: 'ID', call: id, op: 'share', argument: '{}', ...more },
});

test('a runner that says what ours says is believed', async (t) => {
  const { run, asked, logged } = await startLyingPool(t);
  const line: Step = { say: { type: 'log', id: 'ID', level: 'info', text: 'a line' } };
  const { outcome } = await run([call(1), line, DONE]);
  t.deepEqual(outcome, { ok: true, result: '"honest"' });
  t.deepEqual([asked, logged], [['share {}'], ['a line']]);
});

const LIES: readonly (readonly [what: string, steps: readonly Step[]])[] = [
  ['announces a frame of four gigabytes', [raw(header(0xff_ff_ff_ff))]],
  ['announces a frame one byte too large', [raw(header(8 * 1024 * 1024 + 1))]],
  ['sends what is no JSON', [raw(Buffer.concat([header(3), Buffer.from('{"a')]))]],
  ['sends a list', [raw(Buffer.concat([header(2), Buffer.from('[]')]))]],
  ['sends a message of no type', [{ say: {} }]],
  ['sends a message of a type that the language knows', [{ say: { type: 'constructor' } }]],
  ['sends a message of the gateway', [{ say: { type: 'invoke', id: 'ID' } }]],
  ['ends an invocation that is not there', [{ say: { ...ended(), id: 999 } }]],
  ['ends an invocation of no id', [{ say: { ...ended(), id: '1' } }]],
  [
    'sends a result that is longer than allowed',
    [done({ ok: true, result: 'x'.repeat(DEFAULT_LIMITS.resultLength + 1) })],
  ],
  ['sends a result that is no text', [done({ ok: true, result: { decision: 'allow' } })]],
  ['sends an outcome that is neither', [done({ ok: 1, result: '"x"' })]],
  [
    'sends a failure of a kind that there is not',
    [done({ ok: false, failure: { kind: 'allowed', code: 'X', message: 'm', frames: [] } })],
  ],
  [
    'uses a negative time',
    [{ say: { ...ended(), usage: { wallMs: -1, cpuMs: 0, heapBytes: 0 } } }],
  ],
  ['calls for an invocation that is not there', [call(1, { id: 999 })]],
  ['calls with the same number twice', [call(1), call(1)]],
  [
    'calls more often at a time than allowed',
    [{ times: DEFAULT_LIMITS.concurrentHostCalls + 1, say: callSaying('TURN') }],
  ],
  [
    'calls with more than a message may hold',
    [call(1, { argument: 'x'.repeat(DEFAULT_LIMITS.messageLength + 1) })],
  ],
  [
    'logs for an invocation that is not there',
    [{ say: { type: 'log', id: 999, level: 'info', text: 'x' } }],
  ],
  [
    'logs more lines than allowed',
    [
      {
        times: DEFAULT_LIMITS.logLines + 1,
        say: { type: 'log', id: 'ID', level: 'info', text: 'x' },
      },
    ],
  ],
  [
    'logs a line that is longer than allowed',
    [
      {
        say: {
          type: 'log',
          id: 'ID',
          level: 'info',
          text: 'x'.repeat(DEFAULT_LIMITS.logLineLength + 1),
        },
      },
    ],
  ],
  [
    'logs at a level that there is not',
    [{ say: { type: 'log', id: 'ID', level: 'allow', text: 'x' } }],
  ],
  ['ends itself', [{ kill: 'SIGKILL' }]],
  ['crashes', [{ kill: 'SIGSEGV' }]],
];

function ended(): { readonly [name: string]: unknown } {
  return { type: 'done', id: 'ID', outcome: { ok: true, result: '"believed"' }, usage: USAGE };
}

function callSaying(id: string): { readonly [name: string]: unknown } {
  return { type: 'call', id: 'ID', call: id, op: 'share', argument: '{}' };
}

for (const [what, steps] of LIES) {
  test(`a runner that ${what} is ended, and what it ran is denied`, async (t) => {
    const { run, events, pool } = await startLyingPool(t);
    const never = new Promise<string>(() => undefined);
    const { outcome } = await run([...steps, DONE], { answer: () => never });
    t.false(outcome.ok, 'nothing that it said afterwards counts');
    t.true(
      events.some((event) => event.startsWith('runner_lost')),
      events.join(),
    );
    const next = await run([DONE], { extension: 'other' }, { wallMs: 20_000 });
    t.true(next.outcome.ok, 'another extension is served by another runner');
    t.true(pool.ready);
  });
}

test('a runner that says nothing is ended when the time is over by the gateway’s clock', async (t) => {
  const { run, events } = await startLyingPool(t);
  const { outcome } = await run([], {}, { wallMs: 200 });
  t.like(outcome, { ok: false, failure: { kind: 'timeout', code: 'WALL' } });
  t.regex(events.join(), /runner_lost/);
});

test('a runner that ends an invocation twice is believed the first time, and ended', async (t) => {
  const { run, events } = await startLyingPool(t);
  const { outcome } = await run([
    done({ ok: true, result: '"first"' }),
    done({ ok: true, result: '"second"' }),
  ]);
  t.deepEqual(outcome, { ok: true, result: '"first"' });
  const next = await run([DONE], { extension: 'other' }, { wallMs: 20_000 });
  t.true(next.outcome.ok);
  t.regex(events.join(), /runner_lost/);
});

test('a host that breaks over a call answers it, and lives on', async (t) => {
  const { run, events } = await startLyingPool(t);
  const answer = async (): Promise<string> => {
    throw new TypeError('the broker broke');
  };
  const { outcome } = await run([call(1), DONE], { answer });
  t.true(outcome.ok);
  t.deepEqual(events, []);
});
