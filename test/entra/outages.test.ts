import test from 'ava';
import { systemSleep } from '../../src/entra/back-channel.ts';
import {
  EntraError,
  EntraInteractionError,
  EntraUnavailableError,
} from '../../src/entra/entra-error.ts';
import { EntradaError } from '../../src/errors.ts';
import {
  assertNothingTold,
  createDesk,
  IMPLICIT_GROUPS,
  KEY,
  refusedWith,
  signIn,
} from '../_support/entra-desk.ts';
import { LOGIN } from '../_support/entra-tokens.ts';
import { DISCOVERY, GROUPS_URL, KEYS_URL, METADATA_URL } from '../_support/scripted-tenant.ts';

const outage = async (): Promise<never> => {
  throw new EntradaError('STORE_UNAVAILABLE', 'the database does not answer');
};

test('a store that does not answer is told as such, when a sign-in begins [20]', async (t) => {
  const desk = createDesk();
  desk.store.commit = outage;
  await t.throwsAsync(desk.begin(), { code: 'STORE_UNAVAILABLE' });
});

test('a store that does not answer is told as such, when a sign-in ends, and nothing secret with it [20] [88]', async (t) => {
  const desk = createDesk();
  const answer = await desk.answer(await desk.begin());
  desk.store.take = outage;
  const error = await t.throwsAsync(desk.entra.finish(answer), { code: 'STORE_UNAVAILABLE' });
  assertNothingTold(t, desk, error);
  t.regex(desk.log.join('\n'), /STORE_UNAVAILABLE/);
});

test('a tenant that cannot be pinned is not believed [4]', async (t) => {
  const desk = createDesk({ config: { directoryId: 'contoso.example' } });
  desk.tenant.on(`${LOGIN}/contoso.example/`, { json: DISCOVERY });
  desk.store.commit = outage;
  await t.throwsAsync(desk.begin(), { code: 'STORE_UNAVAILABLE' });
});

test('a failure that is none of ours is passed on and told without its text [88]', async (t) => {
  const desk = createDesk({ config: IMPLICIT_GROUPS });
  desk.tenant.on(GROUPS_URL, () => {
    throw new TypeError('a programming mistake');
  });
  const error = await refusedWith(t, desk, 'ENTRA_GRAPH_UNREACHABLE', signIn(desk));
  t.regex(error.message, /unknown failure/);
  t.false(desk.log.join('\n').includes('programming'));
});

test('a background fetch that fails ends nothing [7]', async (t) => {
  const desk = createDesk();
  await desk.begin();
  desk.tenant.on(METADATA_URL, outage);
  desk.now += 24 * 3_600_000;
  await t.notThrowsAsync(desk.begin());
});

test('a failed load that many sign-ins wait for tells each of them only of its own [88]', async (t) => {
  const desk = createDesk();
  const rounds = await Promise.all(
    ['/one', '/two', '/three'].map((returnTo) => desk.begin({ returnTo })),
  );
  const answers = await Promise.all(rounds.map((round) => desk.answer(round)));
  desk.tenant.on(KEYS_URL, { status: 503, json: {} });
  const results = await Promise.allSettled(answers.map((answer) => desk.entra.finish(answer)));
  const errors = results.map((result) => (result.status === 'rejected' ? result.reason : null));
  t.is(desk.tenant.to(KEYS_URL).length, 1);
  t.deepEqual(
    errors.map((error) => error instanceof EntraUnavailableError && error.signIn?.returnTo),
    ['/one', '/two', '/three'],
  );
  t.is(new Set(errors.map((error) => error instanceof EntraError && error.correlationId)).size, 3);
  t.like(desk.entra.health.keys.failure, { signIn: null });
});

test('a copy of an error is the same error: class, cause, mend and place [88]', (t) => {
  const cause = new Error('deep inside');
  const details = {
    cause,
    next: 'Mend it.',
    aadsts: 7,
    actor: 'operator',
    challenge: { prompt: 'login' },
  } as const;
  const error = new EntraInteractionError('ENTRA_LOGIN_REQUIRED', 'why', details);
  const copy = error
    .about({ service: 'a', returnTo: '/', challenged: false }, 'id')
    .concerning({ oid: 'o', loginHint: null });
  t.true(copy instanceof EntraInteractionError && copy.challenge.prompt === 'login');
  t.like(copy, {
    code: 'ENTRA_LOGIN_REQUIRED',
    message: 'why',
    next: 'Mend it.',
    aadsts: 7,
    correlationId: 'id',
  });
  t.is(copy.cause, cause);
  t.is(copy.stack, error.stack);
  t.is(error.signIn, null);
});

test('a key that is no key is passed over [9]', async (t) => {
  const desk = createDesk();
  desk.tenant.keys = [
    { kty: 'RSA', kid: 'odd', n: '!', e: 'AQAB' },
    { kty: 'RSA', kid: 'short', n: 'AQAB', e: '' },
    { kty: 'RSA', kid: 'empty', n: '', e: 'AQAB' },
    { kty: 'RSA', kid: 'garbled', n: 'ab=c\u0000', e: '%' },
    KEY.jwk,
  ];
  await t.notThrowsAsync(signIn(desk));
});

test('waiting takes the time that it says', async (t) => {
  const start = performance.now();
  await systemSleep(30);
  t.true(performance.now() - start >= 25);
});
