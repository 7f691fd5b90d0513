import test from 'ava';

import { fixtureHttp } from '../../../src/extensions/replay/fixture-http.ts';
import type { Fixture } from '../../../src/extensions/replay/fixture.ts';
import { text } from '../../../src/net/http.ts';

const LIMITS = { maxBytes: 1_000, timeoutMs: 1_000 };

async function ask(
  http: Fixture['http'],
  ...requests: readonly (readonly [method: string, url: string, body?: string])[]
): Promise<{
  readonly answers: readonly string[];
  readonly differences: readonly string[];
  readonly unused: readonly string[];
}> {
  const made = fixtureHttp({ http });
  const answers: string[] = [];
  for (const [method, url, body] of requests) {
    const request = { method, url, ...LIMITS, ...(body === undefined ? {} : { body }) };
    // oxlint-disable-next-line no-await-in-loop -- in order
    answers.push(await made.client(request).then(text, (error: { code: string }) => error.code));
  }
  return { answers, differences: made.differences, unused: made.unused() };
}

const ADDRESS = 'https://api.example.com/a';

test('an address with its query goes before one that answers any query', async (t) => {
  const http = { [`GET ${ADDRESS}`]: { text: 'any' }, [`GET ${ADDRESS}?b=1`]: { text: 'one' } };
  const { answers } = await ask(
    http,
    ['GET', `${ADDRESS}?b=1`],
    ['GET', `${ADDRESS}?b=2`],
    ['GET', ADDRESS],
  );
  t.deepEqual(answers, ['one', 'any', 'any']);
});

test('a list is answered from once each, in order, and what is left is told', async (t) => {
  const http = { [`GET ${ADDRESS}`]: [{ text: '1' }, { text: '2' }, { text: '3' }] };
  const { answers, unused } = await ask(http, ['GET', ADDRESS], ['GET', ADDRESS]);
  t.deepEqual(answers, ['1', '2']);
  t.deepEqual(unused, [`nothing asked for GET ${ADDRESS}`]);
});

test('what has no answer is unreachable, and a difference that names it', async (t) => {
  const { answers, differences } = await ask(
    { [`GET ${ADDRESS}`]: [{ text: '1' }] },
    ['GET', ADDRESS],
    ['GET', ADDRESS],
    ['POST', ADDRESS],
  );
  t.deepEqual(answers, ['1', 'NET_UNREACHABLE', 'NET_UNREACHABLE']);
  t.deepEqual(differences, [
    `there is no answer for GET ${ADDRESS}`,
    `there is no answer for POST ${ADDRESS}`,
  ]);
});

test('another body than the one that was sent is a difference, and answered', async (t) => {
  const http = { [`POST ${ADDRESS}`]: { text: 'ok', sent: 'a' } };
  const { answers, differences } = await ask(http, ['POST', ADDRESS, 'a'], ['POST', ADDRESS, 'b']);
  t.deepEqual(answers, ['ok', 'ok']);
  t.deepEqual(differences, [`the body of POST ${ADDRESS} is another one`]);
});

test('an answer of more bytes than a request takes is not given', async (t) => {
  const http = (bytes: number): Fixture['http'] => ({
    [`GET ${ADDRESS}`]: { text: 'x'.repeat(bytes) },
  });
  const { answers, differences } = await ask(http(LIMITS.maxBytes + 1), ['GET', ADDRESS]);
  t.deepEqual([answers, differences], [['NET_TOO_LARGE'], []]);
  const fits = await ask(http(LIMITS.maxBytes), ['GET', ADDRESS]);
  t.is(fits.answers[0]?.length, LIMITS.maxBytes);
});

test('an answer can be that there is none, or bytes', async (t) => {
  const http = {
    [`GET ${ADDRESS}`]: { error: 'NET_TIMEOUT' },
    [`PUT ${ADDRESS}`]: { base64: Buffer.from('bytes').toString('base64') },
    'POST entrada:teams': { text: 'told' },
  } as const;
  const { answers } = await ask(
    http,
    ['GET', ADDRESS],
    ['PUT', ADDRESS],
    ['POST', 'https://teams.destination.invalid/'],
  );
  t.deepEqual(answers, ['NET_TIMEOUT', 'bytes', 'told']);
});
