import test from 'ava';

import { isFetchCall } from '../../../src/extensions/broker/fetch-call.ts';

const CALL = {
  url: 'https://api.test/',
  method: 'GET',
  headers: [['accept', 'x']],
  body: null,
  redirect: 'follow',
} as const;

test('a call has its members, each of its kind', (t) => {
  t.true(isFetchCall(CALL));
  t.true(isFetchCall({ ...CALL, headers: [], body: 'YQ==', redirect: 'manual' }));
});

const MEMBERS: readonly (keyof typeof CALL)[] = ['url', 'method', 'headers', 'body', 'redirect'];

for (const name of MEMBERS) {
  test(`a call whose ${name} is missing, inherited, or of another kind is none`, (t) => {
    const { [name]: value, ...others } = CALL;
    t.false(isFetchCall(others));
    t.false(isFetchCall(Object.assign(Object.create({ [name]: value }), others)));
    for (const wrong of [undefined, 1, {}, [1], [['a', 1]], [['a', 'b', 'c']]]) {
      t.false(isFetchCall({ ...CALL, [name]: wrong }), JSON.stringify(wrong));
    }
  });
}

test('what is no object, or has a member more, is no call', (t) => {
  for (const wrong of [undefined, null, 'GET', 1, [], [CALL]]) t.false(isFetchCall(wrong));
  t.false(isFetchCall({ ...CALL, maxBytes: 1 }));
  t.false(isFetchCall(JSON.parse(JSON.stringify(CALL).replace('{', '{"__proto__":{},'))));
});
