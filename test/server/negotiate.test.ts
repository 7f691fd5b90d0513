import test from 'ava';

import { wantsJson } from '../../src/server/negotiate.ts';

const cases: readonly (readonly [accept: string | undefined, json: boolean])[] = [
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
  ['application/json', true],
  ['Application/JSON', true],
  ['application/json, text/plain, */*', true],
  ['text/html, application/json;q=0.9', false],
  ['text/html;q=0.5, application/json', true],
  ['application/json;q=0', false],
  ['application/json;q=x', false],
  ['application/json;charset=utf-8', true],
  ['text/html, application/json', false],
];

for (const [accept, json] of cases) {
  test(`who accepts ${accept} gets ${json ? 'JSON' : 'a page'}`, (t) =>
    t.is(wantsJson(accept), json));
}
