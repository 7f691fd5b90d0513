import test from 'ava';
import { createDesk, KEY, refusedWith, signIn } from '../_support/entra-desk.ts';
import { claimsOf, sign } from '../_support/entra-tokens.ts';

test('a signed token cannot bring a __proto__ [35]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  const claims = JSON.stringify(claimsOf(1_800_000_000, { nonce: round.nonce }));
  const token = await sign(claims.replace('{', '{"__proto__":{"isAdmin":true},'), KEY);
  const answer = await desk.answer(round, { parameters: { id_token: token } });
  await refusedWith(t, desk, 'ENTRA_TOKEN_MALFORMED', desk.entra.finish(answer));
});

test('claims named like members of objects are claims and nothing else [35]', async (t) => {
  const claims = { constructor: 'a', toString: 'b', hasOwnProperty: 'c', valueOf: 'd' };
  const { identity } = await signIn(createDesk(), { claims });
  t.like(identity.claims, claims);
});

test('parameters and cookies named like members of objects mean nothing [28]', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin());
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const parameters = [...answer.parameters, ...names.map((name) => [name, 'x'] as const)];
  await t.notThrowsAsync(desk.entra.finish({ ...answer, parameters }));
  const forged = await desk.answer(await desk.begin(), {
    answer: { cookies: Object.create(answer.cookies) },
  });
  await refusedWith(t, desk, 'ENTRA_OTHER_BROWSER', desk.entra.finish(forged));
});

test('an error named like a member of objects is an unknown one [31]', async (t) => {
  for (const error of ['__proto__', 'constructor', 'toString']) {
    const desk = createDesk();
    await refusedWith(t, desk, 'ENTRA_ERROR_UNKNOWN', signIn(desk, { parameters: { error } }));
  }
});
