import test from 'ava';

import { Secret } from '../../../src/config/secret.ts';
import { EntradaError } from '../../../src/errors.ts';
import {
  HANDLE,
  hiddenFrom,
  mintHandles,
  secretsOf,
  type TokenSource,
} from '../../../src/extensions/broker/handles.ts';
import { GRAPH, sampleGrant } from '../../_support/extensions.ts';

const TOKEN = new Secret('eyJ.graph-token-value-0123456789.xyz');

const failing = (error: Error): TokenSource => ({
  token: async () => {
    throw error;
  },
});

const source = { token: async () => ({ token: TOKEN }) };

test('a stand-in tells by its look what it is, and nothing of what it stands for', async (t) => {
  const { tokens, secrets } = await mintHandles(sampleGrant(), source);
  t.regex(tokens[0]?.text ?? '', /^entrada\.token\.[\w-]{22}$/);
  t.regex(secrets[0]?.text ?? '', /^entrada\.secret\.[\w-]{22}$/);
  for (const { text } of [...tokens, ...secrets]) t.regex(text, HANDLE);
});

test('no two stand-ins are the same, beyond what one block of random bytes gives', async (t) => {
  const grant = sampleGrant();
  const all = await Promise.all(Array.from({ length: 400 }, () => mintHandles(grant, source)));
  const texts = all.flatMap(({ tokens, secrets }) =>
    [...tokens, ...secrets].map(({ text }) => text),
  );
  t.is(new Set(texts).size, texts.length);
  t.is(texts.length, 1_200);
});

test('a person without a token for a resource gives no stand-in for it', async (t) => {
  const { tokens, unavailable } = await mintHandles(sampleGrant(), {
    token: async () => undefined,
  });
  t.deepEqual([tokens, unavailable], [[], []]);
});

test('a token that cannot be had is told as such, with its reason, and breaks nothing', async (t) => {
  const ours = await mintHandles(
    sampleGrant(),
    failing(new EntradaError('NET_TIMEOUT', 'too slow')),
  );
  t.deepEqual(ours.unavailable, [{ resource: GRAPH, reason: 'NET_TIMEOUT' }]);
  const theirs = await mintHandles(sampleGrant(), failing(new TypeError('of something')));
  t.deepEqual(theirs.unavailable, [{ resource: GRAPH, reason: 'SERVER_INTERNAL' }]);
});

test('a raw token is given only where the effective grant says so', async (t) => {
  const grant = sampleGrant();
  const [given] = grant.tokens;
  const raw = { ...grant, tokens: given ? [{ ...given, expose: 'raw' as const }] : [] };
  const { tokens } = await mintHandles(raw, source);
  t.like(tokens[0], { text: TOKEN.reveal(), raw: true });
  t.like((await mintHandles(grant, source)).tokens[0], { raw: false });
});

test('a token that is granted in several entries has one stand-in, and is had once', async (t) => {
  const grant = sampleGrant();
  const asked: string[] = [];
  const token = async (resource: string) => {
    asked.push(resource);
    return { token: TOKEN };
  };
  const twice = { ...grant, tokens: [...grant.tokens, ...grant.tokens] };
  t.is((await mintHandles(twice, { token })).tokens.length, 1);
  t.deepEqual(asked, [GRAPH]);
});

test('everything that stand-ins stand for is known to be masked', async (t) => {
  const handles = await mintHandles(sampleGrant(), source);
  const known = secretsOf(handles).map((secret) => secret.reveal());
  t.deepEqual(known, [TOKEN.reveal(), 'hr-key-value-0123456789', 'body-key-value-0123456789']);
});

test('an URL that is called by name is hidden whole, and in parts that are no ordinary words', async (t) => {
  const handles = await mintHandles(sampleGrant(), source);
  const url = 'https://hooks.example.com/T0/B0/XyZ0123456789abcdef?v=1&sig=a%2Bb/0123456789+abc';
  const named = sampleGrant().named.map((one) => ({ ...one, url: new Secret(url) }));
  const hidden = hiddenFrom({ handles, grant: { named } }).map((secret) => secret.reveal());
  t.deepEqual(hidden.slice(secretsOf(handles).length), [
    url,
    '/T0/B0/XyZ0123456789abcdef?v=1&sig=a%2Bb/0123456789+abc',
    '/T0/B0/XyZ0123456789abcdef',
    'XyZ0123456789abcdef',
    '?v=1&sig=a%2Bb/0123456789+abc',
    'a+b/0123456789 abc',
    'a%2Bb/0123456789+abc',
  ]);
});
