import { format } from 'node:util';

import test from 'ava';

import { createPlatformIsolate } from '../../_support/platform-isolate.ts';

/** Scripts whose values console.log shows as Node does. */
const SHOWN = [
  '1',
  '-0',
  '"text"',
  '["text", `it\'s`]',
  'null',
  'undefined',
  '10n',
  'Symbol("a")',
  'true',
  '[1, [2, [3, [4, [5]]]]]',
  '({ a: 1, b: { c: [1, 2] } })',
  '({ "a-b": 1, [Symbol("s")]: 2 })',
  'new Map([["a", { b: 1 }]])',
  'new Set([1, "a"])',
  'new Date(0)',
  '/a+/gi',
  'new Date(NaN)',
  'function named() {}',
  '() => {}',
  'class A {}',
  'class B extends Array {}',
  'async () => {}',
  'Object.create(null)',
  'new (class Point { x = 1 })()',
  '[, 1, , ,]',
  'new Uint8Array([1, 2])',
  '({ get a() { return 1; }, set b(v) {}, get c() { return 1; }, set c(v) {} })',
  'Object(1)',
  'Object("a")',
  'Object(true)',
  'new WeakMap()',
  '({ a: "line\\nbreak", b: "\\u0001" })',
  'Array.from({ length: 103 }, (_, i) => i).map(() => "wide enough to need lines of its own")',
  '(() => { const a = { n: 1 }; a.self = a; return a; })()',
  '({ f() {}, g: () => 1 })',
];

test('console.log shows values as Node shows them', async (t) => {
  await using isolate = await createPlatformIsolate();
  for (const script of SHOWN) {
    await isolate.run(`console.log(${script}); undefined`);
    // oxlint-disable-next-line no-eval -- the same text, evaluated here
    t.is(isolate.logs.at(-1)?.text, format((0, eval)(`(${script})`)), script);
  }
});

test('console.log fills format specifiers as Node does', async (t) => {
  await using isolate = await createPlatformIsolate();
  const calls: [string, ...unknown[]][] = [
    ['%s is %d or %i or %f', 'a', '42.5', '42.5', '1.5'],
    ['%o %O %j', { a: 1 }, { b: [1] }, { c: 1 }],
    ['%c styled %%', 'color: red'],
    ['%s'],
    ['%x %s', 'kept'],
    ['rest', 1, 'two', { three: 3 }],
  ];
  for (const call of calls) {
    await isolate.run(`console.log(...${JSON.stringify(call)}); undefined`);
    t.is(isolate.logs.at(-1)?.text, format(...call).replace('[length]: 1', ''), call[0]);
  }
});

test('each method of console has its level', async (t) => {
  await using isolate = await createPlatformIsolate();
  await isolate.run(`
    console.debug('a'); console.log('b'); console.info('c'); console.warn('d'); console.error('e');
    console.assert(false, 'f'); console.assert(true, 'never'); undefined`);
  t.deepEqual(
    isolate.logs.map(({ level, text }) => `${level} ${text}`),
    ['debug a', 'info b', 'info c', 'warn d', 'error e', 'error Assertion failed: f'],
  );
});

test('groups indent, counters count, timers read', async (t) => {
  await using isolate = await createPlatformIsolate();
  await isolate.run(`
    console.group('outer'); console.log('in\\nside'); console.groupEnd(); console.log('out');
    console.count(); console.count(); console.countReset(); console.count('x');
    console.timeEnd('none'); console.time('t'); console.timeEnd('t'); undefined`);
  const texts = isolate.logs.map(({ text }) => text);
  t.deepEqual(texts.slice(0, 3), ['outer', '  in\n  side', 'out']);
  t.deepEqual(texts.slice(3, 6), ['default: 1', 'default: 2', 'x: 1']);
  t.is(texts[6], "Timer 'none' does not exist");
  t.regex(texts[7]!, /^t: \d+ms$/);
});

test('console.table draws rows and columns', async (t) => {
  await using isolate = await createPlatformIsolate();
  await isolate.run('console.table([{ a: 1, b: "x" }, { a: 2 }]); undefined');
  const lines = isolate.logs[0]!.text.split('\n');
  t.is(lines.length, 6);
  t.deepEqual(
    lines[1]!.split('│').map((cell) => cell.trim()),
    ['', '(index)', 'a', 'b', ''],
  );
  t.deepEqual(
    lines[3]!.split('│').map((cell) => cell.trim()),
    ['', '0', '1', "'x'", ''],
  );
});

test('an error is shown with its stack, its cause and its own properties', async (t) => {
  await using isolate = await createPlatformIsolate();
  await isolate.run(`
    const error = new TypeError('outer', { cause: new Error('inner') });
    error.code = 'E_CODE';
    console.log(error); undefined`);
  const { text } = isolate.logs[0]!;
  t.regex(text, /^TypeError: outer\n {4}at test\.js:2/);
  t.regex(text, /code: 'E_CODE'/);
  t.regex(text, /\[cause\]: Error: inner/);
});

test('objects of the platform show what they hold', async (t) => {
  await using isolate = await createPlatformIsolate();
  await isolate.run(`
    console.log(new Headers({ a: '1' }), new Response('x', { status: 201 }));
    console.log(new URLSearchParams('a=b'), new Blob(['abc'], { type: 'text/plain' })); undefined`);
  t.regex(isolate.logs[0]!.text, /Headers \{ 'a': '1' \}/);
  t.regex(isolate.logs[0]!.text, /status: 201/);
  t.is(isolate.logs[1]!.text, "URLSearchParams { 'a': 'b' } Blob { size: 3, type: 'text/plain' }");
});

test('console bounds its work on huge and hostile values', async (t) => {
  await using isolate = await createPlatformIsolate({ memoryMb: 256 });
  await isolate.run(`
    console.log('x'.repeat(1e6)); console.log(new Array(1e7).fill(0)); console.log({ a: 'y'.repeat(1e6) });
    let deep = {}; for (let i = 0; i < 1e4; i++) deep = { deep }; console.dir(deep, { depth: null });
    const wide = {}; for (let i = 0; i < 1e5; i++) wide['k' + i] = i; console.log(wide);
    console.log(new Proxy({}, { ownKeys() { throw new Error('no'); } }));
    console.log({ get boom() { throw new Error('no'); } }, { toString() { throw new Error('no'); } }); undefined`);
  t.is(isolate.logs.length, 7);
  t.true(isolate.logs.every(({ text }) => text.length < 50_000));
  t.deepEqual(isolate.failures, []);
});
