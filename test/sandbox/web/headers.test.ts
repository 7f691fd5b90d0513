import fc from 'fast-check';
import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

const names = fc.constantFrom('A', 'a', 'Set-Cookie', 'set-cookie', 'x-b', '', 'a b', 'é', '(');
const values = fc.constantFrom('1', ' 2 ', 'a,b', '', 'é', '€', 'a\nb', '\r\nx', 'a\0b', '\t');
const steps = fc.array(
  fc.tuple(fc.constantFrom('append', 'set', 'delete', 'get', 'has', 'getSetCookie'), names, values),
  { maxLength: 10 },
);

function play(list: [string, string, string][]): unknown {
  const headers = new Headers();
  const answers = list.map(([name, ...given]) => {
    try {
      const method = Reflect.get(headers, name) as (...values: string[]) => unknown;
      return Reflect.apply(method, headers, given.slice(0, method.length)) ?? null;
    } catch (error) {
      return (error as Error).name;
    }
  });
  return [answers, [...headers], [...headers.keys()], [...headers.values()]];
}

test('Headers keeps the list that Node keeps', async (t) => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const { node, isolate: own } = await inBoth(isolate, play, list);
      t.deepEqual(own, node);
    }),
    { numRuns: 500 },
  );
});

test('Headers takes pairs, records and other Headers', async (t) => {
  const make = (kind: string): unknown => {
    const pairs: [string, string][] = [
      ['a', '1'],
      ['A', '2'],
    ];
    const inits: { [name: string]: unknown } = {
      pairs,
      map: new Map(pairs),
      record: { b: 'x', c: 'y' },
      headers: new Headers(pairs),
      number: 5,
      nothing: null,
      single: [['a']],
      bad: { é: 'x' },
    };
    return [...new Headers(inits[kind] as never)];
  };
  for (const kind of ['pairs', 'map', 'record', 'headers', 'number', 'nothing', 'single', 'bad']) {
    const { node, isolate: own } = await inBoth(isolate, make, kind);
    t.deepEqual(own, node, kind);
  }
});

test('iteration of Headers sees what is added meanwhile', async (t) => {
  const iterate = (): string[] => {
    const headers = new Headers({ b: '1' });
    const seen: string[] = [];
    for (const [name] of headers) {
      seen.push(name);
      if (seen.length < 4) headers.append(`c${seen.length}`, 'x');
    }
    return seen;
  };
  const { node, isolate: own } = await inBoth(isolate, iterate);
  t.deepEqual(own, node);
});

test('methods of Headers refuse other receivers', async (t) => {
  const found = await isolate.run<string[]>(`
    const { prototype } = Headers;
    ['append', 'delete', 'get', 'has', 'set', 'entries', 'keys', 'forEach', 'getSetCookie'].map((name) => {
      try { prototype[name].call({}, 'a', 'b'); return 'called'; } catch (error) { return error.name; }
    })`);
  t.deepEqual([...new Set(found)], ['TypeError']);
});
