import { join } from 'node:path';

import test, { type ExecutionContext } from 'ava';
import { TRANSACTION } from '../../src/entra/transaction.ts';
import type { ErrorCode } from '../../src/errors.ts';
import {
  CODE,
  createDesk,
  IMPLICIT,
  IMPLICIT_GROUPS,
  refusedWith,
  signIn,
  type AnswerOverrides,
  type Desk,
} from '../_support/entra-desk.ts';
import { ISSUER, LOGIN, OTHER_TENANT } from '../_support/entra-tokens.ts';
import { openTestStore, storeKey } from '../_support/open-store.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';
import { KEYS_URL, METADATA_URL, TOKEN_URL } from '../_support/scripted-tenant.ts';

/** Refused, and nothing was sent anywhere but for the discovery document of the beginning. */
async function refusedAlone(
  t: ExecutionContext,
  desk: Desk,
  code: ErrorCode,
  overrides: AnswerOverrides,
) {
  const error = await refusedWith(t, desk, code, signIn(desk, overrides));
  t.deepEqual(
    desk.tenant.requests.map(({ url }) => url),
    [METADATA_URL],
  );
  return error;
}

type Parameters = { readonly [name: string]: string | undefined };

test('an answer without state is refused, and tells of no sign-in [29] [N68]', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin(), { parameters: { state: undefined } });
  const error = await t.throwsAsync(desk.entra.finish(answer), { code: 'ENTRA_STATE_MISSING' });
  t.like(error, { signIn: null });
  t.is(await desk.store.count(TRANSACTION), 1, 'another one’s sign-in is left alone');
});

test('an unknown state is refused [29] [N68]', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin(), { parameters: { state: 'A'.repeat(43) } });
  await t.throwsAsync(desk.entra.finish(answer), { code: 'ENTRA_STATE_UNKNOWN' });
});

test('a state that was used is refused [29] [N68]', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin());
  await desk.entra.finish(answer);
  await refusedWith(t, desk, 'ENTRA_STATE_UNKNOWN', desk.entra.finish(answer));
});

test('an answer without the cookie is refused, and used up [29] [N68]', async (t) => {
  const desk = createDesk();
  const error = await refusedAlone(t, desk, 'ENTRA_OTHER_BROWSER', { answer: { cookies: {} } });
  t.is(error.signIn, null, 'nothing is told of somebody else’s sign-in');
});

test('an answer with another value in its cookie is refused [29] [N68]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  const cookies = Object.fromEntries(Object.keys(round.cookies).map((name) => [name, 'forged']));
  const answer = await desk.answer(round, { answer: { cookies } });
  await refusedWith(t, desk, 'ENTRA_OTHER_BROWSER', desk.entra.finish(answer));
});

test('the cookie of another sign-in of the same browser does not do [29]', async (t) => {
  const desk = createDesk();
  const [one, other] = [await desk.begin(), await desk.begin()];
  const [name = ''] = Object.keys(one.cookies);
  const [value = ''] = Object.values(other.cookies);
  const answer = await desk.answer(one, { answer: { cookies: { [name]: value } } });
  await t.throwsAsync(desk.entra.finish(answer), { code: 'ENTRA_OTHER_BROWSER' });
});

for (const [ms, fits] of [
  [0, true],
  [119_000, true],
  [120_000, true],
  [120_001, false],
  [121_000, false],
  [899_000, false],
] as const) {
  test(`an answer after ${ms / 1000} s is ${fits ? 'accepted' : 'refused as too late'} [20] [29] [N71]`, async (t) => {
    const desk = createDesk();
    const round = await desk.begin();
    desk.now += ms;
    const finishing = desk.entra.finish(await desk.answer(round));
    if (fits) {
      await t.notThrowsAsync(finishing);
      return;
    }
    const error = await refusedWith(t, desk, 'ENTRA_TOO_LATE', finishing);
    t.deepEqual(error.signIn, { service: 'file-browser', returnTo: '/reports', challenged: false });
  });
}

test('an answer whose cookie ended with its time is late, and tells of no sign-in [20] [29]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  desk.now += 300_000;
  const answer = await desk.answer(round, { answer: { cookies: {} } });
  const error = await refusedWith(t, desk, 'ENTRA_TOO_LATE', desk.entra.finish(answer));
  t.is(error.signIn, null);
});

test('an answer after a quarter of an hour is unknown [20]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  desk.now += 900_000;
  await refusedWith(t, desk, 'ENTRA_STATE_UNKNOWN', desk.entra.finish(await desk.answer(round)));
});

test('a clock that was set back by hours does not make a sign-in last [20]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  desk.now -= 7_200_000;
  await refusedWith(t, desk, 'ENTRA_TOO_LATE', desk.entra.finish(await desk.answer(round)));
});

test('a restart that lost the store refuses cleanly [N71]', async (t) => {
  const before = createDesk();
  const answer = await before.answer(await before.begin());
  const after = createDesk();
  await refusedWith(t, after, 'ENTRA_STATE_UNKNOWN', after.entra.finish(answer));
});

test('a restart that kept the store goes on [N71]', async (t) => {
  const before = createDesk();
  const round = await before.begin();
  const after = createDesk({ store: before.store });
  await t.notThrowsAsync(after.entra.finish(await before.answer(round)));
});

test('a method that was reconfigured meanwhile refuses [29]', async (t) => {
  const before = createDesk();
  const answer = await before.answer(await before.begin());
  const after = createDesk({ store: before.store, config: IMPLICIT_GROUPS });
  await refusedWith(t, after, 'ENTRA_CONFIGURATION_CHANGED', after.entra.finish(answer));
});

test('a sign-in whose key was taken out of the configuration meanwhile refuses [29]', async (t) => {
  const file = { path: join(temporaryFolder(t), 'entrada.db'), clock: () => 1_800_000_000_000 };
  const before = createDesk({ store: openTestStore(t, { ...file, keys: [storeKey('k1')] }) });
  const answer = await before.answer(await before.begin());
  const after = createDesk({ store: openTestStore(t, { ...file, keys: [storeKey('k2')] }) });
  await refusedWith(t, after, 'ENTRA_CONFIGURATION_CHANGED', after.entra.finish(answer));
});

test('an answer at the redirect URI of another method is refused [25]', async (t) => {
  const desk = createDesk();
  await refusedAlone(t, desk, 'ENTRA_OTHER_METHOD', { answer: { method: 'another' } });
});

test('a sign-in that another method began is refused [25]', async (t) => {
  const one = createDesk();
  const answer = await one.answer(await one.begin());
  const other = createDesk({ store: one.store, config: { id: 'another' } });
  const forged = { ...answer, method: 'another' };
  await refusedWith(t, other, 'ENTRA_OTHER_METHOD', other.entra.finish(forged));
});

for (const name of [
  'state',
  'code',
  'id_token',
  'access_token',
  'error',
  'iss',
  'scope',
  'token_type',
]) {
  for (const value of ['again', '']) {
    test(`${name} twice, the second ${value === '' ? 'empty' : 'full'}, is refused and used up [27]`, async (t) => {
      const desk = createDesk();
      const answer = await desk.answer(await desk.begin());
      const known = answer.parameters.some(([one]) => one === name);
      const extra = known
        ? [[name, value] as const]
        : [[name, 'x'] as const, [name, value] as const];
      const parameters = [...extra, ...answer.parameters];
      const work = desk.entra.finish({ ...answer, parameters });
      await refusedWith(t, desk, 'ENTRA_RESPONSE_DUPLICATE', work);
      t.deepEqual(desk.tenant.to(KEYS_URL), []);
    });
  }
}

test('two states of two pending sign-ins use both up [27] [29]', async (t) => {
  const desk = createDesk();
  const [one, other] = [await desk.begin(), await desk.begin()];
  const answer = await desk.answer(one);
  const parameters = [...answer.parameters, ['state', other.state] as const];
  const work = desk.entra.finish({ ...answer, parameters });
  await refusedWith(t, desk, 'ENTRA_RESPONSE_DUPLICATE', work);
});

test('parameters that Entra adds are passed over, twice too [28]', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin());
  const extra = ['client_info', 'cloud_instance_name', 'client_info', `redirect-x`];
  const parameters = [...extra.map((name) => [name, 'x'] as const), ...answer.parameters];
  await t.notThrowsAsync(desk.entra.finish({ ...answer, parameters }));
});

test('tokens in the query of a URL are refused [26] [N73]', async (t) => {
  const desk = createDesk();
  await refusedAlone(t, desk, 'ENTRA_RESPONSE_TRANSPORT', { answer: { transport: 'query' } });
});

test('a code in the query of a URL is refused, and not redeemed [26] [N73]', async (t) => {
  const desk = createDesk({ config: CODE });
  await refusedAlone(t, desk, 'ENTRA_RESPONSE_TRANSPORT', { answer: { transport: 'query' } });
});

/** Answers that hold less or more than was asked for. */
const UNASKED: readonly (readonly [string, object, Parameters, ErrorCode])[] = [
  [
    'a code where tokens were asked for [N74]',
    IMPLICIT,
    { code: 'x' },
    'ENTRA_RESPONSE_UNEXPECTED',
  ],
  [
    'an access token where none was asked for [N74]',
    IMPLICIT,
    { access_token: 'x' },
    'ENTRA_RESPONSE_UNEXPECTED',
  ],
  [
    'an ID token where a code was asked for [N74]',
    CODE,
    { id_token: 'x' },
    'ENTRA_RESPONSE_UNEXPECTED',
  ],
  [
    'an access token where a code was asked for [N74]',
    CODE,
    { access_token: 'x' },
    'ENTRA_RESPONSE_UNEXPECTED',
  ],
  ['no ID token [N54]', IMPLICIT, { id_token: undefined }, 'ENTRA_RESPONSE_INCOMPLETE'],
  [
    'no access token where one was asked for [N54]',
    IMPLICIT_GROUPS,
    { access_token: undefined },
    'ENTRA_RESPONSE_INCOMPLETE',
  ],
  ['no code', CODE, { code: undefined }, 'ENTRA_RESPONSE_INCOMPLETE'],
  ['an empty code', CODE, { code: '' }, 'ENTRA_RESPONSE_INCOMPLETE'],
  ['a code with a line break', CODE, { code: 'a\nb' }, 'ENTRA_RESPONSE_INCOMPLETE'],
  [
    'an access token without type',
    IMPLICIT_GROUPS,
    { token_type: undefined },
    'ENTRA_RESPONSE_INCOMPLETE',
  ],
  [
    'an access token of type mac',
    IMPLICIT_GROUPS,
    { token_type: 'mac' },
    'ENTRA_RESPONSE_INCOMPLETE',
  ],
];

for (const [title, config, parameters, code] of UNASKED) {
  test(`an answer with ${title} is refused before anything is sent [26]`, async (t) => {
    await refusedAlone(t, createDesk({ config }), code, { parameters });
  });
}

test('the type of the access token is read in any case [62]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  await t.notThrowsAsync(signIn(desk, { parameters: { token_type: 'bEARER' } }));
});

test('an answer that names the issuer is accepted [30] [N72]', async (t) => {
  await t.notThrowsAsync(signIn(createDesk(), { parameters: { iss: ISSUER } }));
});

test('an answer that names another issuer is refused [30] [N72]', async (t) => {
  const parameters = { iss: `${LOGIN}/${OTHER_TENANT}/v2.0` };
  await refusedAlone(t, createDesk(), 'ENTRA_RESPONSE_ISSUER', { parameters });
});

test('a code that names no issuer is refused where one is announced [30] [N72]', async (t) => {
  const desk = createDesk({ config: CODE });
  desk.tenant.discovery['authorization_response_iss_parameter_supported'] = true;
  await refusedAlone(t, desk, 'ENTRA_RESPONSE_ISSUER', {});
});

test('an ID token names the issuer well enough, where one is announced [30] [N72]', async (t) => {
  const desk = createDesk();
  desk.tenant.discovery['authorization_response_iss_parameter_supported'] = true;
  await t.notThrowsAsync(signIn(desk, {}));
});

test('an error of another issuer is not believed [30]', async (t) => {
  const parameters = { error: 'access_denied', iss: 'https://evil.example' };
  await refusedAlone(t, createDesk(), 'ENTRA_RESPONSE_ISSUER', { parameters });
});

test('an error beside tokens is an error [27] [N76]', async (t) => {
  const parameters = { error: 'access_denied' };
  const error = await refusedAlone(t, createDesk(), 'ENTRA_ACCESS_DENIED', { parameters });
  t.is(error.actor, 'person');
});

for (const transport of ['form_post', 'query'] as const) {
  test(`an error without tokens by ${transport} is told and used up [31] [N79]`, async (t) => {
    const parameters = {
      id_token: undefined,
      error: 'access_denied',
      error_description:
        'AADSTS50105: The signed in user is not assigned to a role. Trace ID: 1 Correlation ID: 11111111-2222-4333-8444-555555555555 Timestamp: 2026-01-02 03:04:05Z',
    };
    const answer = { transport };
    const error = await refusedAlone(t, createDesk(), 'ENTRA_ACCESS_DENIED', {
      parameters,
      answer,
    });
    t.like(error, { aadsts: 50105, actor: 'administrator' });
    t.is(error.correlationId, '11111111-2222-4333-8444-555555555555');
    t.deepEqual(error.signIn, { service: 'file-browser', returnTo: '/reports', challenged: false });
  });
}

test('an error without Entra’s correlation id is told with that of the request [31]', async (t) => {
  const desk = createDesk();
  const round = await desk.begin();
  const answer = await desk.answer(round, { parameters: { error: 'access_denied' } });
  const error = await refusedWith(t, desk, 'ENTRA_ACCESS_DENIED', desk.entra.finish(answer));
  t.is(error.correlationId, round.url.searchParams.get('client-request-id'));
});

test('an error without state is refused, and begins nothing anew [32] [N80]', async (t) => {
  const desk = createDesk();
  const answer = { method: desk.entra.id, transport: 'form_post', cookies: {} } as const;
  const work = desk.entra.finish({ ...answer, parameters: [['error', 'login_required']] });
  await refusedWith(t, desk, 'ENTRA_STATE_MISSING', work);
  t.deepEqual(desk.tenant.requests, []);
});

test('a code of another tab is redeemed with that tab’s verifier alone [N86] [N101]', async (t) => {
  const desk = createDesk({ config: CODE });
  const rounds = [await desk.begin(), await desk.begin()];
  const answers = await Promise.all(rounds.map((round) => desk.answer(round)));
  await Promise.all(answers.toReversed().map((answer) => desk.entra.finish(answer)));
  const verifiers = desk.tenant
    .to(TOKEN_URL)
    .map(({ body }) => new URLSearchParams(String(body)).get('code_verifier'));
  t.is(new Set(verifiers.filter((verifier) => verifier !== null)).size, 2);
});

test('parallel tabs both finish, in any order [N86]', async (t) => {
  const desk = createDesk();
  const rounds = await Promise.all(Array.from({ length: 5 }, () => desk.begin()));
  const answers = await Promise.all(rounds.map((round) => desk.answer(round)));
  const done = await Promise.all(answers.toReversed().map((answer) => desk.entra.finish(answer)));
  t.is(done.length, 5);
});
