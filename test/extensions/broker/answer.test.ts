import test from 'ava';

import type { FetchAnswer } from '../../../sandbox/contract.ts';
import { toAnswer } from '../../../src/extensions/broker/answer.ts';
import type { FetchContext } from '../../../src/extensions/broker/fetch.ts';
import { HeldLinks } from '../../../src/extensions/broker/held-links.ts';

const CALL = {
  url: 'https://api.test/',
  method: 'GET',
  headers: [],
  body: null,
  redirect: 'follow',
  token: null,
} as const;

const HOP = {
  ok: true,
  url: new URL(CALL.url),
  rule: 'GET /',
  privateAddresses: false,
  secrets: false,
  alias: null,
  changes: false,
  batch: null,
} as const;

/** How a body crosses to an extension that holds nothing. */
function crossing(body: Uint8Array): Pick<FetchAnswer, 'body' | 'isText'> {
  const context = {
    handles: { tokens: [], unavailable: [], secrets: [] },
    grant: { origins: [], named: [] },
    links: new HeldLinks(),
  } as unknown as FetchContext; // what else there is, is for requests
  const response = { status: 200, statusText: 'OK', headers: [], body } as const;
  const answer = toAnswer(response, CALL, HOP, false, context);
  return { body: answer.body, isText: answer.isText };
}

test('a body of UTF-8 crosses as its text, byte order mark and all', (t) => {
  for (const text of ['', '{"é":"€ 😀"}', '\uFEFF[1]', 'a'.repeat(100_000)]) {
    t.deepEqual(crossing(Buffer.from(text)), { body: text, isText: true });
  }
});

const NO_TEXTS: readonly (readonly [what: string, bytes: Buffer])[] = [
  ['that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['of which a character is cut off', Buffer.from('é').subarray(0, 1)],
  ['that encodes a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
  ['that is longer in JSON than as base64', Buffer.alloc(1_000)],
];

for (const [what, bytes] of NO_TEXTS) {
  test(`a body ${what} crosses as base64`, (t) => {
    t.deepEqual(crossing(bytes), { body: bytes.toString('base64'), isText: false });
  });
}
