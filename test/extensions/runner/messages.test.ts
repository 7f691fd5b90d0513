import test from 'ava';

import { readFailure, readMessage } from '../../../src/extensions/runner/messages.ts';

test('what has the form of a message is read as it is', (t) => {
  const message = { type: 'call', id: 1, name: 'fetch', text: '{}' } as const;
  t.deepEqual(readMessage('call', 1, 'fetch', '{}'), message);
});

test('whatever else an isolate sends is no message', (t) => {
  const wrong = [
    ['constructor', 1, 'fetch', '{}'],
    ['call', '1', 'fetch', '{}'],
    ['call', 1.5, 'fetch', '{}'],
    ['call', 2 ** 53, 'fetch', '{}'],
    ['call', 1, undefined, '{}'],
    ['call', 1, 'fetch', {}],
  ] as const;
  for (const [type, id, name, text] of wrong) t.is(readMessage(type, id, name, text), undefined);
});

test('the text of a failure is read, whatever it is', (t) => {
  t.deepEqual(readFailure('{"code":"ODD","message":"x","stack":7}'), {
    code: 'ODD',
    message: 'x',
    stack: '',
  });
  for (const text of ['', 'null', '[]', '7', 'no json']) t.is(readFailure(text).code, 'THROWN');
});
