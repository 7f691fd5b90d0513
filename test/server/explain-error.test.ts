import test from 'ava';

import { EntradaError } from '../../src/errors.ts';
import { explain } from '../../src/server/explain-error.ts';

const TOO_LARGE = { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 };

/** The code of what a route threw, and how it was logged. */
function explained(error: unknown): readonly string[] {
  const levels: string[] = [];
  const [info, warn, failed] = ['info', 'warn', 'error'].map((level) => () => levels.push(level));
  const log = { info: info!, warn: warn!, error: failed! };
  return [explain(error, { requestId: 'r1', log }), ...levels];
}

test('an error of ours keeps its code', (t) => {
  t.deepEqual(explained(new EntradaError('SERVER_NOT_FOUND', 'no')), ['SERVER_NOT_FOUND', 'info']);
  t.deepEqual(explained(new EntradaError('STORE_DAMAGED', 'no')), ['STORE_DAMAGED', 'error']);
});

test('what the router refuses is a fault of the request; all else is a fault of ours', (t) => {
  const malformed = Object.assign(new Error('odd'), { code: 'FST_ERR_ODD', statusCode: 400 });
  t.deepEqual(explained(malformed), ['SERVER_REQUEST_INVALID', 'info']);
  t.deepEqual(explained(Object.assign(new Error('big'), TOO_LARGE)), ['SERVER_TOO_LARGE', 'info']);
  t.deepEqual(explained(new TypeError('broken')), ['SERVER_INTERNAL', 'error']);
  t.deepEqual(explained('a text'), ['SERVER_INTERNAL', 'error']);
});
