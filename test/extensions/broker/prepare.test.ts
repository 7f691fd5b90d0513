import test from 'ava';

import type { FetchCall } from '../../../sandbox/contract.ts';
import { Secret } from '../../../src/config/secret.ts';
import { hasHandle, prepare, putSecrets } from '../../../src/extensions/broker/prepare.ts';
import { sampleHandles } from '../../_support/extensions.ts';

const HANDLES = sampleHandles();
const TOKEN = HANDLES.tokens[0]!.text;
const [HEADER_SECRET, BODY_SECRET] = HANDLES.secrets.map(({ text }) => text) as [string, string];

function call(over: Partial<FetchCall> = {}): FetchCall {
  return {
    url: 'https://hr.example.com/v2/people/7',
    method: 'GET',
    headers: [],
    body: null,
    redirect: 'follow',
    ...over,
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a token is found behind Bearer and taken out of the headers', (t) => {
  const prepared = prepare(
    call({
      headers: [
        ['Authorization', `Bearer ${TOKEN}`],
        ['accept', '*/*'],
      ],
    }),
    HANDLES,
    100,
  );
  if ('code' in prepared) return t.fail(prepared.code);
  t.is(prepared.token?.text, TOKEN);
  t.deepEqual(prepared.headers, [['accept', '*/*']]);
});

test('the scheme is compared without regard to case', (t) => {
  const prepared = prepare(
    call({ headers: [['authorization', `bearer  ${TOKEN}`]] }),
    HANDLES,
    100,
  );
  t.false('code' in prepared);
});

test('an Authorization of the author’s own is left as it is', (t) => {
  const prepared = prepare(call({ headers: [['authorization', 'Basic YTpi']] }), HANDLES, 100);
  if ('code' in prepared) return t.fail(prepared.code);
  t.is(prepared.token, null);
  t.deepEqual(prepared.headers, [['authorization', 'Basic YTpi']]);
});

test('a token of another invocation is refused', (t) => {
  const headers = [['authorization', 'Bearer entrada.token.ZZZZZZZZZZZZZZZZZZZZZZ']] as const;
  t.like(prepare(call({ headers }), HANDLES, 100), { code: 'TOKEN_UNKNOWN' });
});

const MISPLACED: readonly (readonly [where: string, over: Partial<FetchCall>])[] = [
  ['the URL', { url: `https://hr.example.com/v2/people/${TOKEN}` }],
  ['the query', { url: `https://hr.example.com/v2/people/7?t=${TOKEN}` }],
  ['another header', { headers: [['x-token', TOKEN]] }],
  ['another scheme', { headers: [['authorization', `Basic ${TOKEN}`]] }],
  [
    'a second Authorization',
    {
      headers: [
        ['authorization', `Bearer ${TOKEN}`],
        ['Authorization', TOKEN],
      ],
    },
  ],
  ['the body', { method: 'POST', body: base64(`{"token":"${TOKEN}"}`) }],
];

for (const [where, over] of MISPLACED) {
  test(`a token in ${where} is refused`, (t) => {
    t.like(prepare(call(over), HANDLES, 1_000), { code: 'TOKEN_MISPLACED' });
  });
}

for (const name of [
  'Host',
  'cookie',
  'Content-Length',
  'Transfer-Encoding',
  'proxy-authorization',
  'Sec-Fetch-Site',
  'X-Forwarded-For',
  'connection',
  'Origin',
]) {
  test(`the header ${name} is not an extension’s to set`, (t) => {
    t.like(prepare(call({ headers: [[name, 'x']] }), HANDLES, 100), { code: 'HEADER_REFUSED' });
  });
}

for (const [what, header] of [
  ['a line break in its value', ['x-a', 'b\r\nhost: evil']],
  ['a NUL in its value', ['x-a', 'b\0']],
  ['a character beyond Latin-1 in its value', ['x-a', '☃']],
  ['no name', ['', 'b']],
  ['a space in its name', ['x a', 'b']],
] as const) {
  test(`a header with ${what} is refused`, (t) => {
    t.like(prepare(call({ headers: [header] }), HANDLES, 100), { code: 'HEADER_REFUSED' });
  });
}

for (const method of ['CONNECT', 'TRACE', 'get', 'G T', '', 'A'.repeat(21)]) {
  test(`the method ${JSON.stringify(method)} is not sent`, (t) => {
    t.like(prepare(call({ method }), HANDLES, 100), { code: 'REQUEST_INVALID' });
  });
}

test('a body is refused one byte past its limit', (t) => {
  const body = base64('x'.repeat(100));
  t.false('code' in prepare(call({ method: 'POST', body }), HANDLES, 100));
  t.like(prepare(call({ method: 'POST', body }), HANDLES, 99), { code: 'REQUEST_TOO_LARGE' });
});

test('a secret is put into a header where its grant says header', (t) => {
  const { headers } = putSecrets(
    { headers: [['x-key', `key=${HEADER_SECRET}`]], body: null },
    HANDLES,
  );
  t.deepEqual(headers, [['x-key', 'key=hr-key-value-0123456789']]);
});

test('a secret is put into Basic credentials', (t) => {
  const { headers } = putSecrets(
    { headers: [['authorization', `Basic ${base64(`me:${HEADER_SECRET}`)}`]], body: null },
    HANDLES,
  );
  t.deepEqual(headers, [['authorization', `Basic ${base64('me:hr-key-value-0123456789')}`]]);
});

test('a secret is put into a body where its grant says body', (t) => {
  const { body } = putSecrets(
    { headers: [], body: Buffer.from(`{"key":"${BODY_SECRET}"}`) },
    HANDLES,
  );
  t.is(body?.toString(), '{"key":"body-key-value-0123456789"}');
});

test('a file that is sent beside a secret keeps its bytes', (t) => {
  const file = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0d, 0x0a]);
  const { body } = putSecrets(
    { headers: [], body: Buffer.concat([file, Buffer.from(`key=${BODY_SECRET}`), file]) },
    HANDLES,
  );
  t.deepEqual(body, Buffer.concat([file, Buffer.from('key=body-key-value-0123456789'), file]));
});

const ODD = `a+b&c="d"\\e=<f>%20'é`;

const READERS: readonly (readonly [type: string, form: string, read: (body: string) => unknown])[] =
  [
    [
      'application/x-www-form-urlencoded;charset=UTF-8',
      'user=me&key=*&more=1',
      (body) => new URLSearchParams(body).get('key'),
    ],
    ['application/json', '{"key":"*"}', (body) => JSON.parse(body).key],
    ['Application/VND.api+json; charset=utf-8', '{"key":"*"}', (body) => JSON.parse(body).key],
    ['text/plain', '*', (body) => body],
    ['multipart/form-data; boundary=x', '*', (body) => body],
  ];

for (const [type, form, read] of READERS) {
  test(`who reads a body of ${type} gets the secret that was put into it`, (t) => {
    const [, one] = HANDLES.secrets;
    const secret = {
      name: 'odd',
      text: one!.text,
      secret: { ...one!.secret, value: new Secret(ODD) },
    };
    const body = Buffer.from(form.replace('*', secret.text));
    const filled = putSecrets(
      { headers: [['Content-Type', type]], body },
      { ...HANDLES, secrets: [secret] },
    );
    t.is(read(filled.body?.toString() ?? ''), ODD);
  });
}

test('in a body of XML a secret is text, whatever is in it', (t) => {
  const [, one] = HANDLES.secrets;
  const secret = { ...one!, secret: { ...one!.secret, value: new Secret('<a>&"b"') } };
  const { body } = putSecrets(
    { headers: [['content-type', 'application/soap+xml']], body: Buffer.from(secret.text) },
    { ...HANDLES, secrets: [secret] },
  );
  t.is(body?.toString(), '&lt;a&gt;&amp;&quot;b&quot;');
});

test('a secret is put nowhere but where its grant says', (t) => {
  const filled = putSecrets(
    { headers: [['x-key', BODY_SECRET]], body: Buffer.from(HEADER_SECRET) },
    HANDLES,
  );
  t.deepEqual(filled.headers, [['x-key', BODY_SECRET]]);
  t.is(filled.body?.toString(), HEADER_SECRET);
  t.true(hasHandle({ ...filled, url: 'https://hr.example.com' }));
});

test('a body of bytes that is no text stays the same', (t) => {
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x80]);
  t.deepEqual(putSecrets({ headers: [], body: bytes }, HANDLES).body, bytes);
});
