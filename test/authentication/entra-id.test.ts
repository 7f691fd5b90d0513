import test from 'ava';

import { entraIdMethod } from '../../src/authentication/methods/entra-id.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { createDesk, type Desk } from '../_support/entra-desk.ts';
import { ENTRA_ID } from '../_support/entra-id-config.ts';

function method(desk: Desk): ReturnType<typeof entraIdMethod> {
  return entraIdMethod(ENTRA_ID, desk.entra);
}

test('the method accepts whom Entra vouches for', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin());
  t.is((await method(desk).finish(answer)).verdict, 'accept');
});

test('an answer that Entrada refuses is a verdict, with the reason', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin(), { claims: { nonce: 'another' } });
  t.like(await method(desk).finish(answer), {
    verdict: 'reject',
    error: { code: 'ENTRA_TOKEN_NONCE' },
  });
});

test('what breaks while an answer is judged is thrown, and no verdict', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin());
  const broken = new StoreError('STORE_UNAVAILABLE', 'the disk is full');
  Object.assign(desk.store, { take: () => Promise.reject(broken) });
  await t.throwsAsync(method(desk).finish(answer), { is: broken });
});
