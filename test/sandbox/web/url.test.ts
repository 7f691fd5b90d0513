import fc from 'fast-check';
import test from 'ava';

import { inBoth } from '../../_support/both-worlds.ts';
import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

/** Pieces of which URLs are made, the awkward ones among them. */
const PIECES = [
  'http:',
  'https:',
  'file:',
  'data:',
  'mailto:',
  '//',
  '/',
  '\\',
  '?',
  '#',
  '@',
  ':',
  '.',
  '..',
  '%2e',
  '%41',
  '%',
  ' ',
  '\t',
  '[::1]',
  '127.1',
  '0x7f',
  '443',
  '80',
  'a',
  'B',
  'é',
  'ß',
  'xn--',
  'xn--bcher-kva',
  '日本',
  '=',
  '&',
  '+',
  '\ud800',
  '<',
  "'",
  '|',
  '^',
  '`',
  '{',
];
const urls = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 9 })
  .map((pieces) => pieces.join(''));

function describeUrl(input: string, base: string | null): unknown {
  const url = base === null ? new URL(input) : new URL(input, base);
  const { href, origin, protocol, username, password, host, hostname, port } = url;
  const { pathname, search, hash } = url;
  const parts = { origin, protocol, username, password, host, hostname, port };
  return { href, ...parts, pathname, search, hash, params: [...url.searchParams] };
}

test('URL parses what Node parses, to the same parts', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      urls,
      fc.option(fc.constant('https://u:p@h.test:8/a/b?c#d')),
      async (input, base) => {
        const { node, isolate: own } = await inBoth(isolate, describeUrl, input, base);
        t.deepEqual(own, node);
      },
    ),
    { numRuns: 600 },
  );
});

test('setters of URL change what those of Node change', async (t) => {
  const names = [
    'href',
    'protocol',
    'username',
    'password',
    'host',
    'hostname',
    'port',
    'pathname',
  ];
  const changes = fc.array(fc.tuple(fc.constantFrom(...names, 'search', 'hash'), urls), {
    maxLength: 4,
  });
  const change = (list: [string, string][]): unknown => {
    const url = new URL('https://user@host.test:81/path?query#hash');
    for (const [name, value] of list) {
      try {
        Reflect.set(url, name, value);
      } catch (error) {
        return (error as Error).name;
      }
    }
    return url.href;
  };
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const { node, isolate: own } = await inBoth(isolate, change, list);
      t.deepEqual(own, node);
    }),
    { numRuns: 300 },
  );
});

/** Reads a query as the URL Standard's "application/x-www-form-urlencoded parser" does, byte by byte. */
function readQuery(query: string): [string, string][] {
  const bytes = Buffer.from(query.toWellFormed().replace(/^\?/, '')).toString('latin1');
  return bytes
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [readQueryText(pair), '']
        : [readQueryText(pair.slice(0, equals)), readQueryText(pair.slice(equals + 1))];
    });
}

function readQueryText(bytes: string): string {
  const decoded = bytes
    .replaceAll('+', ' ')
    .replace(/%([\da-f]{2})/gi, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(decoded, 'latin1'));
}

/** Node 26 cuts what is beyond ASCII down to bytes when an escape of the same text is no UTF-8. */
const NODE_MISREADS = ['%ff日本', '日本=%E6%97', 'a=é%ba', '%日本', '日本%', '%e6%97%a5本%zz'];

test('URLSearchParams reads a query as the standard has it', async (t) => {
  const read = (query: string): unknown => [...new URLSearchParams(query)];
  for (const query of NODE_MISREADS) {
    t.deepEqual(await isolate.call(read, query), readQuery(query), query);
  }
  await fc.assert(
    fc.asyncProperty(urls, async (query) => {
      t.deepEqual(await isolate.call(read, query), readQuery(query));
    }),
    { numRuns: 300 },
  );
});

test('URLSearchParams keeps the list that Node keeps', async (t) => {
  const words = fc.constantFrom('a', 'b', 'é', '日本', '', ' ', '+', '%41', '%ff', '\ud83d', '&=');
  const steps = fc.array(
    fc.tuple(
      fc.constantFrom('append', 'set', 'delete', 'sort', 'has', 'get', 'getAll'),
      words,
      words,
    ),
    { maxLength: 8 },
  );
  const play = (start: [string, string][], list: [string, string, string][]): unknown => {
    const params = new URLSearchParams(start);
    const answers = list.map(([name, ...given]) => {
      const method = Reflect.get(params, name) as (...args: string[]) => unknown;
      const answer = Reflect.apply(method, params, given.slice(0, method.length || 1));
      return answer ?? null;
    });
    return [answers, [...params], params.size, params.toString()];
  };
  await fc.assert(
    fc.asyncProperty(urls.map(readQuery), steps, async (start, list) => {
      const { node, isolate: own } = await inBoth(isolate, play, start, list);
      t.deepEqual(own, node);
    }),
    { numRuns: 300 },
  );
});

test('URLSearchParams takes pairs, records and iterables', async (t) => {
  const make = (): string[] => [
    new URLSearchParams([
      ['a', '1'],
      ['a', '2'],
    ]).toString(),
    new URLSearchParams({ b: 'x y', c: 'é', 日本: '%日本' }).toString(),
    new URLSearchParams(new Map([['d', '日本%ff']]) as never).toString(),
    new URLSearchParams('?e=4').toString(),
  ];
  const { node, isolate: own } = await inBoth(isolate, make);
  t.deepEqual(own, node);
});

test('URL.canParse and URL.parse answer as those of Node', async (t) => {
  const ask = (input: string): unknown => [URL.canParse(input), URL.parse(input)?.href ?? null];
  for (const input of ['https://a', 'a', 'https://a b', 'blob:https://a/b', '']) {
    const { node, isolate: own } = await inBoth(isolate, ask, input);
    t.deepEqual(own, node, input);
  }
});
