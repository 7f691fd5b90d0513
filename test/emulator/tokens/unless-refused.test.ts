import test from 'ava';
import { errors } from 'jose';

import { unlessRefused } from '../../../src/emulator/tokens/unless-refused.ts';

const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};

test('what jose refuses is no token', async (t) => {
  t.is(await unlessRefused(failing(new errors.JWSSignatureVerificationFailed())), undefined);
  t.is(await unlessRefused(failing(new TypeError('no token'))), undefined);
  t.is(await unlessRefused(failing(new DOMException('of another kind', 'DataError'))), undefined);
  t.is(await unlessRefused(() => Promise.resolve('claims')), 'claims');
});

test('what breaks otherwise is no refusal', async (t) => {
  const broken = new RangeError('a fault of ours');
  t.is(await t.throwsAsync(unlessRefused(failing(broken))), broken);
});
