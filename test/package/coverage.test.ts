import test from 'ava';

import { judgeRefusals } from '../../scripts/coverage/judge-refusals.ts';
import { ran } from '../../scripts/coverage/reached.ts';
import { type RefusalPlace, refusalsIn } from '../../scripts/coverage/refusals.ts';

/** The lines of a function that refuse. */
function refusing(...lines: readonly string[]): readonly string[] {
  const source = ['export function check(it: any): unknown {', ...lines, '}'].join('\n');
  return refusalsIn(new Map([['src/check.ts', source]])).map(({ text }) => text);
}

function place(line: number, text: string): RefusalPlace {
  return { file: 'src/check.ts', start: line * 10, end: line * 10 + 5, line, text };
}

test('whatever throws, or makes a refusal by its name or its members, refuses', (t) => {
  const lines = [
    'if (it.a) throw it.b;',
    "if (it.b) return refuse('A');",
    'if (it.c) return call.error(404);',
    "if (it.d) reports.push(new NetError('gone'));",
    'if (it.e) return { ok: false, why: it };',
    "if (it.f) return { verdict: 'reject' };",
    "if (it.g) return turn('NET_TIMEOUT');",
    'if (it.h) return false;',
    'if (it.i) return undefined;',
  ];
  t.deepEqual(refusing(...lines, 'return { ok: true };'), lines);
});

test('whoever hands on a refusal refuses', (t) => {
  const lines = [
    'if (isRefusal(it)) return it;',
    'if (!it.ok) return it.others;',
    'if (it instanceof NetError) return [it];',
    'if (it.failure !== undefined) return again(it);',
    'if (it.last) return it.refused;',
  ];
  t.deepEqual(refusing(...lines, 'return it;'), lines);
});

test('a function whose type is a refusal makes one, in whatever file it is called', (t) => {
  const sources = [
    ['src/a.ts', 'export function gone(): EntradaError {\n  return make();\n}'],
    ['src/b.ts', 'const b = () => {\n  if (it) return gone();\n  return came();\n};'],
  ] as const;
  const found = refusalsIn(new Map(sources));
  t.deepEqual(
    found.map(({ file, line }) => `${file}:${line}`),
    ['src/b.ts:2'],
  );
});

test('each arm of a condition is a place of its own, and what runs with another place is none', (t) => {
  const line = "throw new EntradaError(it ? 'NET_TLS' : 'NET_PROXY', new Error('why'));";
  t.deepEqual(refusing(line), [line, line, line]);
});

test('asking for a refusal, speaking of one, its type and a table of codes refuse nobody', (t) => {
  const lines = [
    "const name: 'NET_TLS' | null = it.name;",
    "if (it.code === 'NET_TLS') return 1;",
    "it.known = isEntradaError(it, 'NET_TLS');",
    "if (it.late) log.error(it, 'late');",
    "sayError(it, process.env['NODE_OPTIONS']);",
  ];
  t.deepEqual(refusing(...lines), []);
  t.deepEqual(refusalsIn(new Map([['src/codes.ts', "const CODES = { tls: ['NET_TLS'] };"]])), []);
});

test('a place is where an editor shows it', (t) => {
  const source = "const f = () => {\n  // ‘wide’ 🙂\n  throw new Error('no');\n};";
  const [found] = refusalsIn(new Map([['src/f.ts', source]]));
  t.like(found, { file: 'src/f.ts', line: 3, text: "throw new Error('no');" });
  t.is(source.slice(found?.start, found?.end), "throw new Error('no');");
});

test('what ran is said by the innermost block around a place', (t) => {
  const functions = [
    [
      [0, 100, 1],
      [20, 40, 0],
    ],
    [
      [50, 80, 0],
      [60, 70, 2],
    ],
  ].map((ranges) => ({
    functionName: '',
    isBlockCoverage: true,
    ranges: ranges.map(([startOffset = 0, endOffset = 0, count = 0]) => ({
      startOffset,
      endOffset,
      count,
    })),
  }));
  const script = { url: 'file:///src/check.ts', functions };
  t.deepEqual(
    [10, 20, 40, 55, 65, 100].map((offset) => ran(script, offset)),
    [true, false, true, false, true, false],
  );
});

test('a reason stands for one place that was not reached, and for no other', (t) => {
  const [first, second, third] = [
    place(1, 'throw error;'),
    place(2, 'throw error;'),
    place(3, 'x'),
  ];
  const reason = { file: 'src/check.ts', text: 'throw error;', why: 'it cannot happen' };
  const gone = { ...reason, text: 'throw other;' };
  t.deepEqual(judgeRefusals([first, second, third], [reason, gone]), {
    unreached: [second, third],
    needless: [gone],
  });
});
