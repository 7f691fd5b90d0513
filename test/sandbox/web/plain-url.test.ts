import fc from 'fast-check';
import test from 'ava';

import { createPlatformIsolate, type PlatformIsolate } from '../../_support/platform-isolate.ts';

let isolate: PlatformIsolate;
test.before(async () => {
  isolate = await createPlatformIsolate();
});
test.after.always(() => isolate[Symbol.asyncDispose]());

/** The URL of a request, which is not parsed when it is recognized as its own serialization. */
function urlOfRequest(input: string): Promise<string> {
  return isolate.call((text: string) => new Request(text).url, input);
}

const hosts = [
  'a.test',
  'a-b.test',
  'xn--bcher-kva.test',
  '1.2.3.4',
  'a.1',
  'a.0x1',
  '-a.test',
  'a_b.test',
  'a..b',
];
const ports = ['', ':80', ':443', ':8443', ':0', ':65535', ':65536', ':080'];
const paths = [
  '/',
  '/a/b',
  '/a/../b',
  '/a/./b',
  '/%2e%2E/x',
  '/a%zz',
  "/'()*!",
  '//',
  '/a/.',
  '/a/..',
  '/.a/b.',
  '/..a',
];
const queries = ['', '?', '?a=b&c', "?'", '?%', '?a?b', '?a/../b', '#', '#x', '?a#b', '? ', '?é'];
const urls = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'HTTPS://', 'ftp://'),
    fc.constantFrom(...hosts),
    fc.constantFrom(...ports),
    fc.constantFrom(...paths),
    fc.constantFrom(...queries),
  )
  .map((parts) => parts.join(''));

test('a request has the serialization of its URL, however the URL is written', async (t) => {
  await fc.assert(
    fc.asyncProperty(urls, async (input) => {
      const expected = URL.parse(input)?.href;
      if (expected === undefined) await t.throwsAsync(() => urlOfRequest(input), undefined, input);
      else t.is(await urlOfRequest(input), expected);
    }),
    { numRuns: 1_000 },
  );
});
