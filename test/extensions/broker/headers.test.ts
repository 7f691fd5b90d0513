import test from 'ava';
import fc from 'fast-check';

import {
  headerFault,
  isCredential,
  joinHeaders,
  visibleHeaders,
  withoutBody,
} from '../../../src/extensions/broker/headers.ts';

const OF_THE_HOST = [
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'date',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'origin',
  'proxy-authorization',
  'referer',
  'sec-fetch-mode',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-forwarded-host',
  'x-http-method-override',
  'x-original-url',
  'x-rewrite-url',
];

for (const name of OF_THE_HOST) {
  test(`${name} is the host’s to set, in whatever case`, (t) => {
    t.is(headerFault([name, 'x']), `${name} is set by the host`);
    t.is(headerFault([name.toUpperCase(), 'x']), `${name} is set by the host`);
  });
}

for (const name of [
  'x-ms-copy-source',
  'X-MS-Copy-Source-Authorization',
  'x-ms-rename-source',
  'x-ms-file-rename-source',
  'x-amz-copy-source',
  'x-goog-copy-source',
]) {
  test(`${name} is refused: it names a place that was not judged`, (t) => {
    t.is(typeof headerFault([name, '/secret/file']), 'string');
  });
}

test('what an API wants to be told may be set', (t) => {
  for (const name of [
    'Accept',
    'Authorization',
    'ConsistencyLevel',
    'If-Match',
    'Prefer',
    'x-ms-version',
    'x-ms-blob-type',
    'x-ms-meta-copy-source',
  ]) {
    t.is(headerFault([name, 'x']), undefined, name);
  }
});

test('no header that is let through splits a request', (t) => {
  const piece = fc.constantFrom(
    'a',
    'Z',
    '0',
    '-',
    ':',
    ' ',
    '\t',
    '\r',
    '\n',
    '\0',
    '\u007f',
    'ä',
    '☃',
    '"',
  );
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  let met = 0;
  fc.assert(
    fc.property(text, text, (name, value) => {
      if (headerFault([name, value]) !== undefined) return true;
      met++;
      return (
        new Headers([[name, value]]).has(name) && !/[\r\n\0:]/.test(name) && !/[\r\n\0]/.test(value)
      );
    }),
    { numRuns: 5_000, seed: 1 },
  );
  t.true(met > 20);
});

test('credentials are told by their names', (t) => {
  t.true(isCredential(['Authorization', 'x']));
  t.true(isCredential(['x-ms-authorization-auxiliary', 'x']));
  t.false(isCredential(['authorization-hint', 'x']));
});

test('a request that lost its body tells nothing of one', (t) => {
  t.deepEqual(
    withoutBody([
      ['Content-Type', 'a'],
      ['content-language', 'b'],
      ['x-a', 'c'],
    ]),
    [['x-a', 'c']],
  );
});

test('an extension sees no cookies and no talk between hops', (t) => {
  const seen = visibleHeaders([
    ['set-cookie', 'a'],
    ['proxy-authenticate', 'Basic'],
    ['transfer-encoding', 'chunked'],
    ['content-length', '7'],
    ['etag', '"1"'],
  ]);
  t.deepEqual(seen, [['etag', '"1"']]);
});

test('a header that stands twice is sent as one list', (t) => {
  t.deepEqual(
    joinHeaders([
      ['Prefer', 'a'],
      ['prefer', 'b'],
      ['x', 'c'],
    ]),
    { prefer: 'a, b', x: 'c' },
  );
});
