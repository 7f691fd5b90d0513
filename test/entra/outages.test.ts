import test from 'ava';
import { systemSleep } from '../../src/entra/back-channel.ts';
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
import { DISCOVERY, GROUPS_URL, METADATA_URL } from '../_support/scripted-tenant.ts';

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

test('a key that is no key is passed over [9]', async (t) => {
  const desk = createDesk();
  desk.tenant.keys = [
    { kty: 'RSA', kid: 'odd', n: '!', e: 'AQAB' },
    { kty: 'RSA', kid: 'short', n: 'AQAB', e: '' },
    KEY.jwk,
  ];
  await t.notThrowsAsync(signIn(desk));
});

test('waiting takes the time that it says', async (t) => {
  const start = performance.now();
  await systemSleep(30);
  t.true(performance.now() - start >= 25);
});
