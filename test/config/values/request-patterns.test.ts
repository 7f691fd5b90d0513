import test from 'ava';
import fc from 'fast-check';
import {
  parseMethod,
  parseRequestPattern,
  REQUEST_PATTERN,
} from '../../../src/config/values/request-pattern.ts';

const RIGHT = [
  'GET /v1.0/me?$select',
  'GET /v1.0/users?$top=999&$select',
  'GET /v1.0/me?',
  'GET /',
  'GET /v1.0/me',
  'GET /v1.0/me/**',
  'GET /**',
  'PUT /sites/*/drive/root:/Inbox/**',
  "GET /v1.0/users('a@b.example')",
  'DELETE /a/',
  'GET /a%20b',
  'QUERY /*/x/*',
];

const WRONG = [
  '',
  'GET',
  '/v1.0/me',
  'GET v1.0/me',
  'get /v1.0/me',
  'GET  /x',
  'GET /x y',
  '* /x',
  'GET,POST /x',
  'CONNECT /x',
  'TRACE /x',
  'GET https://a.example/x',
  'GET //x',
  'GET /a//b',
  'GET /**/x',
  'GET /a*',
  'GET /a***',
  'GET /../x',
  'GET /./x',
  'GET /a/..',
  'GET /%2e%2e/x',
  'GET /a%2Fb',
  'GET /a%5cb',
  'GET /a%00',
  'GET /a%zz',
  'GET /a?b?c',
  'GET /a?b&b=1',
  'GET /a?b c',
  'GET /a?%zz',
  'GET /a#b',
  'GET /a\\b',
  'GET /ä',
  'GET /{id}',
];

test('parseRequestPattern takes a method and a path with whole wildcards', (t) => {
  for (const text of RIGHT) t.deepEqual(parseRequestPattern(text), { ok: true, value: text }, text);
});

test('parseRequestPattern refuses what could match more than it shows', (t) => {
  for (const text of WRONG) t.false(parseRequestPattern(text).ok, text);
});

test('parseRequestPattern accepts only what its pattern does, and never throws', (t) => {
  const pattern = new RegExp(`^(?:${REQUEST_PATTERN})$`);
  const text = fc.oneof(
    fc.string(),
    fc.webPath().map((path) => `GET ${path}`),
  );
  fc.assert(fc.property(text, (given) => !parseRequestPattern(given).ok || pattern.test(given)));
  t.pass();
});

test('parseMethod takes methods in upper case', (t) => {
  t.true(parseMethod('PATCH').ok);
  for (const text of ['', 'patch', 'PATCH /', 'CONNECT', 'FOO', '*'])
    t.false(parseMethod(text).ok, text);
});
