import test from 'ava';

import { SECURITY_HEADERS } from '../../src/server/security-headers.ts';

test('every answer says what helmet says, but for what pages say themselves', (t) => {
  t.is(SECURITY_HEADERS['strict-transport-security'], 'max-age=31536000');
  t.is(SECURITY_HEADERS['x-content-type-options'], 'nosniff');
  t.is(SECURITY_HEADERS['cross-origin-opener-policy'], 'same-origin');
  t.is(SECURITY_HEADERS['cross-origin-resource-policy'], 'same-origin');
  t.is(SECURITY_HEADERS['referrer-policy'], 'same-origin');
  t.is(SECURITY_HEADERS['content-security-policy'], undefined);
  t.is(SECURITY_HEADERS['x-frame-options'], undefined);
});
