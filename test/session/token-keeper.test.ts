import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import test, { type ExecutionContext } from 'ava';

import { Secret } from '../../src/config/secret.ts';
import {
  type EntraError,
  EntraDeniedError,
  EntraGrantError,
  EntraInteractionError,
  EntraSetupError,
  EntraTokenError,
  EntraUnavailableError,
} from '../../src/entra/entra-error.ts';
import type { EntraId } from '../../src/entra/entra-id.ts';
import type { AccessToken, TokenSet } from '../../src/entra/identity.ts';
import type { SessionEnd, Sessions } from '../../src/session/sessions.ts';
import { createSessions } from '../../src/session/stored-sessions.ts';
import { TokenKeeper } from '../../src/session/token-keeper.ts';
import { createTokenVault, type TokenVault } from '../../src/session/token-vault.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestStore, testClock, type TestClock } from '../_support/open-store.ts';
import { FILES, METHOD, method, newSession } from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GRAPH = 'https://graph.microsoft.com';
const STORAGE = 'https://storage.azure.com';

/** A keeper, and a tenant that answers as the test says. */
interface Bench {
  readonly clock: TestClock;
  readonly store: Store;
  readonly vault: TokenVault;
  readonly sessions: Sessions;
  readonly keeper: TokenKeeper;
  /** Refresh tokens that were sent, in order. */
  readonly sent: string[];
  readonly log: string[];
  readonly ends: SessionEnd[];
  /** What the tenant answers next: an error, or nothing. */
  answer: (call: number) => EntraError | Promise<void> | void;
  /** Signs Ada in with tokens that live so long; answers the session's id and cookie. */
  signIn(resources?: readonly string[], lifeMs?: number): Promise<{ id: string; cookie: string }>;
}

/** The scripted exchange: each refresh token is used up and gives the next one. */
function exchange(bench: Bench): EntraId['refresh'] {
  return async (refreshToken, resource) => {
    bench.sent.push(refreshToken.reveal());
    const call = bench.sent.length;
    const answer = await bench.answer(call);
    if (answer instanceof Error) throw answer;
    const accessToken = token(resource, `${resource} ${call}`, bench.clock.now, HOUR);
    return { accessToken, refreshToken: new Secret(`refresh ${call}`) };
  };
}

const token = (resource: string, text: string, now: number, lifeMs: number): AccessToken => ({
  resource,
  token: new Secret(text),
  scopes: ['read'],
  refreshAt: now + lifeMs * 0.8,
  expiresAt: now + lifeMs,
});

function openBench(
  t: ExecutionContext,
  at: { path?: string; clock?: TestClock; busyTimeoutMs?: number } = {},
): Bench {
  const { clock = testClock(), path = join(temporaryFolder(t), 'entrada.db') } = at;
  const store = openTestStore(t, { ...at, clock, path });
  const vault = createTokenVault(store, clock);
  const ends: SessionEnd[] = [];
  const sessions = createSessions({
    store,
    vault,
    clock,
    idleMs: 12 * HOUR,
    absoluteMs: 12 * HOUR,
    services: [FILES],
    methods: [method()],
    ended: (_, reason) => (ends.push(reason), []),
  });
  const log: string[] = [];
  const refresh: EntraId['refresh'] = (...given) => exchange(bench)(...given);
  const appToken: EntraId['appToken'] = async (resource) => token(resource, 'app', clock.now, HOUR);
  const keeper = new TokenKeeper({
    vault,
    sessions,
    methods: new Map([[METHOD, { refresh, appToken }]]),
    store,
    clock,
    log: (level, message, fields) => log.push(JSON.stringify({ level, message, ...fields })),
  });
  const bench: Bench = {
    clock,
    store,
    vault,
    sessions,
    keeper,
    sent: [],
    log,
    ends,
    answer: () => undefined,
    signIn: async (resources = [GRAPH], lifeMs = HOUR) => {
      const accessTokens = resources.map((one) => token(one, `${one} 0`, clock.now, lifeMs));
      const tokenSet: TokenSet = { accessTokens, refreshToken: new Secret('refresh 0') };
      const { session, cookie, changes } = sessions.create(newSession({ tokenSet }));
      await store.commit(changes);
      return { id: session.id, cookie };
    },
  };
  return bench;
}

const reveal = (found: { readonly token: Secret } | undefined): string | undefined =>
  found?.token.reveal();

test('a token that is young is given as it is', async (t) => {
  const bench = openBench(t);
  const source = bench.keeper.createTokenSource(await bench.signIn());
  bench.clock.now += 47 * MINUTE;
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 0`);
  t.deepEqual(bench.sent, []);
});

test('a token of a resource that was not asked for is none, and so is one of a session that ended', async (t) => {
  const bench = openBench(t);
  const session = await bench.signIn();
  const source = bench.keeper.createTokenSource(session);
  t.is(await source.token(STORAGE), undefined);
  await bench.sessions.end(session.id, 'sign_out');
  t.is(await source.token(GRAPH), undefined);
  t.deepEqual(bench.sent, []);
});

test('from 80 % of its life on a token is exchanged while the old one still serves [61]', async (t) => {
  const bench = openBench(t);
  const source = bench.keeper.createTokenSource(await bench.signIn());
  bench.clock.now += 48 * MINUTE;
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 0`);
  await bench.keeper[Symbol.asyncDispose]();
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 1`);
});

test('a token that is over is waited for', async (t) => {
  const bench = openBench(t);
  const source = bench.keeper.createTokenSource(await bench.signIn());
  bench.clock.now += HOUR;
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 1`);
});

test('many that ask for one token at once cause one exchange', async (t) => {
  const bench = openBench(t);
  const source = bench.keeper.createTokenSource(await bench.signIn());
  bench.clock.now += HOUR;
  const all = await Promise.all(Array.from({ length: 20 }, () => source.token(GRAPH)));
  t.is(new Set(all.map(reveal)).size, 1);
  t.is(bench.sent.length, 1);
});

test('two resources are exchanged one after the other, each with the newest refresh token, and neither is lost [60]', async (t) => {
  const bench = openBench(t);
  const { id } = await bench.signIn([GRAPH, STORAGE]);
  const source = bench.keeper.createTokenSource({ id });
  bench.clock.now += HOUR;
  await Promise.all([source.token(GRAPH), source.token(STORAGE)]);
  t.deepEqual(bench.sent, ['refresh 0', 'refresh 1']);
  const kept = await bench.vault.get(id);
  t.deepEqual(kept?.tokens.accessTokens.map(reveal), [`${GRAPH} 1`, `${STORAGE} 2`]);
  t.is(kept?.tokens.refreshToken?.reveal(), 'refresh 2');
});

test('a session knows the times of its newer tokens, and nothing more of them', async (t) => {
  const bench = openBench(t);
  const { id, cookie } = await bench.signIn();
  bench.clock.now += HOUR;
  await bench.keeper.createTokenSource({ id }).token(GRAPH);
  const session = await bench.sessions.check(FILES, cookie);
  t.deepEqual(session?.tokens, [
    { resource: GRAPH, scopes: ['read'], expiresAt: bench.clock.now + HOUR },
  ]);
});

test('keepFresh exchanges what is due, of every session, whether it is used or not', async (t) => {
  const bench = openBench(t);
  const [one, other] = [await bench.signIn([GRAPH, STORAGE]), await bench.signIn()];
  await bench.keeper.keepFresh();
  t.deepEqual(bench.sent, []);
  bench.clock.now += 50 * MINUTE;
  await bench.keeper.keepFresh();
  t.is(bench.sent.length, 3);
  for (const { id } of [one, other]) {
    const kept = await bench.vault.get(id);
    t.true(
      kept?.tokens.accessTokens.every(({ expiresAt }) => expiresAt > bench.clock.now + HOUR / 2),
    );
  }
  await bench.keeper.keepFresh();
  t.is(bench.sent.length, 3);
});

test('a start finds what was due while nothing ran', async (t) => {
  const bench = openBench(t);
  await bench.signIn();
  bench.clock.now += 9 * HOUR;
  await bench.keeper.keepFresh();
  t.is(bench.sent.length, 1);
});

test('what was due while the machine slept is found when it wakes', async (t) => {
  const bench = openBench(t);
  await bench.signIn();
  await bench.keeper.keepFresh();
  bench.clock.now += 9 * HOUR;
  await bench.keeper.keepFresh();
  t.is(bench.sent.length, 1);
});

test('a clock that is set back keeps no token from being exchanged', async (t) => {
  const bench = openBench(t);
  bench.clock.now += 9 * HOUR;
  await bench.keeper.keepFresh();
  bench.clock.now -= 9 * HOUR;
  await bench.signIn();
  bench.clock.now += HOUR;
  await bench.keeper.keepFresh();
  t.is(bench.sent.length, 1);
});

/** What says that the person may not be here any more. */
const REFUSALS: { readonly [what: string]: EntraError } = {
  'a grant that was revoked': new EntraGrantError('ENTRA_GRANT_REFUSED', 'x', { aadsts: 50173 }),
  'a person who is disabled': new EntraGrantError('ENTRA_GRANT_REFUSED', 'x', { aadsts: 50057 }),
  'a denial': new EntraDeniedError('ENTRA_ACCESS_DENIED', 'x'),
  'an ID token of another person': new EntraTokenError('ENTRA_OTHER_PERSON', 'x'),
  'an ID token of another issuer': new EntraTokenError('ENTRA_TOKEN_ISSUER', 'x'),
};

for (const [what, refusal] of Object.entries(REFUSALS)) {
  test(`${what} ends the session and its tokens, on use [60] [85] [N58]`, async (t) => {
    const bench = openBench(t);
    const { id, cookie } = await bench.signIn();
    bench.answer = () => refusal;
    bench.clock.now += HOUR;
    const source = bench.keeper.createTokenSource({ id });
    await t.throwsAsync(source.token(GRAPH), { code: refusal.code });
    t.deepEqual(bench.ends, ['tenant']);
    t.is(await bench.sessions.check(FILES, cookie), undefined);
    t.is(await bench.vault.get(id), undefined);
    t.is(await source.token(GRAPH), undefined);
  });

  test(`${what} ends the session in the background [85]`, async (t) => {
    const bench = openBench(t);
    const { cookie } = await bench.signIn();
    bench.answer = () => refusal;
    bench.clock.now += HOUR;
    await bench.keeper.keepFresh();
    t.deepEqual(bench.ends, ['tenant']);
    t.is(await bench.sessions.check(FILES, cookie), undefined);
  });
}

/** What somebody can mend, or what passes: the session goes on without the token. */
const FAILURES: readonly (readonly [what: string, error: EntraError, againAfterMs: number])[] = [
  ['an outage', new EntraUnavailableError('ENTRA_UNREACHABLE', 'x'), MINUTE],
  ['a clock that is wrong here', new EntraTokenError('ENTRA_TOKEN_TIME', 'x'), MINUTE],
  ['a key that is not known yet', new EntraTokenError('ENTRA_TOKEN_KEY', 'x'), MINUTE],
  ['a wrong secret', new EntraSetupError('ENTRA_CLIENT_REFUSED', 'x'), 10 * MINUTE],
  ['a second factor', new EntraInteractionError('ENTRA_INTERACTION_REQUIRED', 'x'), 10 * MINUTE],
];

for (const [what, error, againAfterMs] of FAILURES) {
  test(`${what} keeps a token away, not the session; it is asked for again later`, async (t) => {
    const bench = openBench(t);
    const { id, cookie } = await bench.signIn();
    const source = bench.keeper.createTokenSource({ id });
    bench.answer = () => error;
    bench.clock.now += HOUR;
    await t.throwsAsync(source.token(GRAPH), { code: error.code });
    await t.throwsAsync(source.token(GRAPH), { code: error.code });
    t.is(bench.sent.length, 1);
    t.truthy(await bench.sessions.check(FILES, cookie));
    bench.answer = () => undefined;
    bench.clock.now += againAfterMs;
    t.is(reveal(await source.token(GRAPH)), `${GRAPH} 2`);
  });
}

test('a store that is locked keeps a token away for a minute, and the log says why', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const bench = openBench(t, { path, busyTimeoutMs: 20 });
  const source = bench.keeper.createTokenSource(await bench.signIn());
  using other = new DatabaseSync(path);
  bench.answer = () => other.exec('BEGIN IMMEDIATE');
  bench.clock.now += HOUR;
  await t.throwsAsync(source.token(GRAPH), { code: 'STORE_UNAVAILABLE' });
  t.like(JSON.parse(bench.log.at(-1) ?? ''), { code: 'STORE_UNAVAILABLE' });
  other.exec('ROLLBACK');
  bench.answer = () => undefined;
  bench.clock.now += MINUTE;
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 2`);
});

test('a failure of before the clock was set back keeps no token away', async (t) => {
  const bench = openBench(t);
  const { id } = await bench.signIn([GRAPH], 12 * HOUR);
  const source = bench.keeper.createTokenSource({ id });
  bench.answer = () => new EntraSetupError('ENTRA_CLIENT_REFUSED', 'x');
  bench.clock.now += 10 * HOUR;
  source.refused?.(GRAPH);
  await bench.keeper[Symbol.asyncDispose]();
  bench.answer = () => undefined;
  bench.clock.now -= HOUR;
  t.truthy(await source.token(GRAPH));
  await bench.keeper[Symbol.asyncDispose]();
  t.is(bench.sent.length, 2);
});

test('an outage is bridged by the old token as long as it lives', async (t) => {
  const bench = openBench(t);
  const { id } = await bench.signIn();
  bench.answer = () => new EntraUnavailableError('ENTRA_UNREACHABLE', 'x');
  bench.clock.now += 50 * MINUTE;
  const source = bench.keeper.createTokenSource({ id });
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 0`);
  await bench.keeper.keepFresh();
  t.is(bench.sent.length, 1);
  bench.answer = () => undefined;
  bench.clock.now += 2 * MINUTE;
  await bench.keeper.keepFresh();
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 2`);
});

test('a session that ends while its token is exchanged does not come back', async (t) => {
  const bench = openBench(t);
  const { id, cookie } = await bench.signIn();
  bench.answer = async () => void (await bench.sessions.end(id, 'sign_out'));
  bench.clock.now += HOUR;
  await bench.keeper.createTokenSource({ id }).token(GRAPH);
  t.is(await bench.sessions.check(FILES, cookie), undefined);
  t.is(await bench.vault.get(id), undefined);
  t.deepEqual(bench.ends, ['sign_out']);
});

test('a token that an API refuses is exchanged at once, however long it would live [76]', async (t) => {
  const bench = openBench(t);
  const { id } = await bench.signIn([GRAPH], 24 * HOUR);
  const source = bench.keeper.createTokenSource({ id });
  source.refused?.(GRAPH);
  await bench.keeper[Symbol.asyncDispose]();
  t.is(reveal(await source.token(GRAPH)), `${GRAPH} 1`);
});

test('a session whose token an API refuses because the person was revoked ends [76] [85]', async (t) => {
  const bench = openBench(t);
  const { id, cookie } = await bench.signIn([GRAPH], 24 * HOUR);
  bench.answer = () => new EntraGrantError('ENTRA_GRANT_REFUSED', 'x');
  bench.keeper.createTokenSource({ id }).refused?.(GRAPH);
  await bench.keeper[Symbol.asyncDispose]();
  t.is(await bench.sessions.check(FILES, cookie), undefined);
});

test('a set without a refresh token serves until it ends, and the session goes on', async (t) => {
  const bench = openBench(t);
  const tokenSet = {
    accessTokens: [token(GRAPH, 'only', bench.clock.now, HOUR)],
    refreshToken: null,
  };
  const { session, cookie, changes } = bench.sessions.create(newSession({ tokenSet }));
  await bench.store.commit(changes);
  const source = bench.keeper.createTokenSource(session);
  bench.clock.now += 50 * MINUTE;
  t.is(reveal(await source.token(GRAPH)), 'only');
  bench.clock.now += HOUR;
  await t.throwsAsync(source.token(GRAPH), { code: 'ENTRA_ANSWER_REFUSED' });
  t.truthy(await bench.sessions.check(FILES, cookie));
});

test('work without a person has tokens of the application, by the method that is named', async (t) => {
  const { keeper } = openBench(t);
  t.is(reveal(await keeper.createAppTokenSource(METHOD).token(GRAPH)), 'app');
  t.is(await keeper.createAppTokenSource('no-such-method').token(GRAPH), undefined);
});

test('no line of the log holds a token', async (t) => {
  const bench = openBench(t);
  const { id } = await bench.signIn([GRAPH, STORAGE]);
  bench.clock.now += HOUR;
  await bench.keeper.keepFresh();
  bench.answer = () => new EntraGrantError('ENTRA_GRANT_REFUSED', 'x');
  bench.clock.now += HOUR;
  await t.throwsAsync(bench.keeper.createTokenSource({ id }).token(GRAPH));
  t.true(bench.log.length >= 3);
  t.notRegex(bench.log.join('\n'), /refresh \d|microsoft\.com \d|azure\.com \d/);
});

test('tokens that no key opens any more keep no others from being exchanged, and are told in one line', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const before = openBench(t, { path });
  for (let person = 0; person < 20; person++) await before.signIn();
  const after = openBench(t, { path, clock: before.clock });
  const { clock, keeper, sent, log } = after;
  clock.now += MINUTE;
  await after.signIn();
  clock.now += 55 * MINUTE;
  await keeper.keepFresh();
  t.deepEqual(sent, ['refresh 0']);
  const told = log.map((line): unknown => JSON.parse(line));
  const message = 'tokens that are due could not be read';
  t.deepEqual(told.at(-1), { level: 'warn', message, code: 'STORE_UNREADABLE', sessions: 20 });
});
