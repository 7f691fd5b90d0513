import test from 'ava';
import type { ExecutionContext } from 'ava';

import { EntraGrantError } from '../../src/entra/entra-error.ts';
import type { Session } from '../../src/session/session.ts';
import { createSessions, SESSION } from '../../src/session/stored-sessions.ts';
import type { SessionEnd, Sessions } from '../../src/session/sessions.ts';
import { TokenKeeper } from '../../src/session/token-keeper.ts';
import { createTokenVault, type TokenVault } from '../../src/session/token-vault.ts';
import type { Change, Store } from '../../src/store/store.ts';
import { openTestStore, testClock, type TestClock } from '../_support/open-store.ts';
import { ADA, FILES, METHOD, method, newSession, TENANT, tokenSet } from '../_support/people.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GRAPH = 'https://graph.microsoft.com';

interface Bench {
  readonly clock: TestClock;
  readonly store: Store;
  readonly vault: TokenVault;
  readonly sessions: Sessions;
  readonly keeper: TokenKeeper;
  /** Reasons of ends that were told. */
  readonly ends: SessionEnd[];
  /** Sessions whose tokens are still needed. */
  readonly leased: Set<string>;
  /** Signs Ada in, with work in the background for a day. */
  readonly signIn: () => Promise<Session>;
}

function open(t: ExecutionContext): Bench {
  const clock = testClock();
  const store = openTestStore(t, { clock });
  const vault = createTokenVault(store, clock);
  const leased = new Set<string>();
  const ends: SessionEnd[] = [];
  const sessions = createSessions({
    store,
    vault,
    clock,
    services: [FILES],
    methods: [method()],
    idleMs: 30 * MINUTE,
    absoluteMs: 12 * HOUR,
    ended: ({ id }, reason) => [told(id, reason)],
    leased: async (id) => leased.has(id),
  });
  const refuse = (): Promise<never> =>
    Promise.reject(new EntraGrantError('ENTRA_GRANT_REFUSED', 'no', { actor: 'person', next: '' }));
  const keeper = new TokenKeeper({
    vault,
    sessions,
    store,
    clock,
    log: () => undefined,
    methods: new Map([[METHOD, { refresh: refuse, appToken: refuse }]]),
  });
  const signIn = async (): Promise<Session> => {
    const leasedUntil = clock.now + 24 * HOUR;
    const tokens = tokenSet(clock.now + 24 * HOUR);
    const { session, changes } = sessions.create(newSession({ tokenSet: tokens, leasedUntil }));
    await store.commit(changes);
    return session;
  };
  return { clock, store, vault, sessions, keeper, ends, leased, signIn };
}

const told = (id: string, reason: SessionEnd): Change => ({
  op: 'append',
  message: { id: `${id} ${reason}`, queue: 'q', lane: id, subject: null, value: 1, dueAt: 0 },
});

const toldOf = async ({ store }: Bench): Promise<readonly string[]> =>
  (await store.queue.list({ limit: 100 })).map(({ id }) => id);

test('a session whose time is over is told of once, and is gone', async (t) => {
  const bench = open(t);
  const { id } = await bench.signIn();
  bench.clock.now += 30 * MINUTE;
  t.is(await bench.store.purge(SESSION), 0);
  t.deepEqual(
    await Promise.all([bench.sessions.endExpired(), bench.sessions.endExpired()]),
    [1, 1],
  );
  t.is(await bench.sessions.endExpired(), 0);
  t.deepEqual(await toldOf(bench), [`${id} expired`]);
});

test('a session that two end at the same time is told of once', async (t) => {
  const bench = open(t);
  const { id } = await bench.signIn();
  await Promise.all([bench.sessions.end(id, 'sign_out'), bench.sessions.end(id, 'revoked')]);
  t.is((await toldOf(bench)).length, 1);
});

test('tokens end with their session where nothing needs them', async (t) => {
  const bench = open(t);
  const { id } = await bench.signIn();
  bench.clock.now += 30 * MINUTE;
  await bench.sessions.endExpired();
  t.is(await bench.vault.get(id), undefined);
});

test('tokens that nothing in the background may need are found by their session alone', async (t) => {
  const { vault, store, sessions, clock, signIn } = open(t);
  const tokens = tokenSet(clock.now + 24 * HOUR);
  const made = sessions.create(newSession({ tokenSet: tokens }));
  await store.commit(made.changes);
  const { id } = await signIn();
  const person = (await vault.get(id))?.marks?.person ?? '';
  t.deepEqual(await vault.marked('person', person), [id]);
  t.is(await sessions.endByPerson(TENANT, ADA), 2);
  t.is(await vault.get(made.session.id), undefined);
});

test('work in the background has the tokens of a session whose time is over, for a day', async (t) => {
  const bench = open(t);
  const { id } = await bench.signIn();
  bench.leased.add(id);
  const source = bench.keeper.createLeasedSource(id, bench.clock.now + 24 * HOUR);
  bench.clock.now += 30 * MINUTE;
  await bench.sessions.endExpired();
  t.is((await source.token(GRAPH))?.token.reveal(), 'planted-access-token');
  t.is(await source.token('https://storage.azure.com'), undefined, 'the sign-in had none for it');
  bench.clock.now += 24 * HOUR;
  await t.throwsAsync(source.token(GRAPH), { code: 'EXTENSION_TOKEN_ENDED' });
});

test('a session that is used does not shorten what work in the background has', async (t) => {
  const bench = open(t);
  const cookie = await (async () => {
    const leasedUntil = bench.clock.now + 24 * HOUR;
    const tokens = tokenSet(leasedUntil);
    const made = bench.sessions.create(newSession({ tokenSet: tokens, leasedUntil }));
    await bench.store.commit(made.changes);
    return made;
  })();
  const { id } = cookie.session;
  bench.leased.add(id);
  bench.clock.now += 5 * MINUTE;
  t.truthy(await bench.sessions.check(FILES, cookie.cookie));
  bench.clock.now += 20 * HOUR;
  await bench.sessions.endExpired();
  t.truthy(await bench.vault.get(id));
});

const SIGNED_OUT: { readonly [how: string]: (bench: Bench, session: Session) => Promise<unknown> } =
  {
    'signs out': ({ sessions }, { id }) => sessions.end(id, 'sign_out'),
    'is revoked': ({ sessions }) => sessions.endByPerson(TENANT, ADA),
    'signs out at Entra': ({ sessions }, { sid }) => sessions.endBySid(sid!, TENANT),
  };

for (const [how, signOut] of Object.entries(SIGNED_OUT)) {
  test(`work in the background has no token any more once the person ${how}`, async (t) => {
    const bench = open(t);
    const session = await bench.signIn();
    bench.leased.add(session.id);
    const source = bench.keeper.createLeasedSource(session.id, bench.clock.now + 24 * HOUR);
    await signOut(bench, session);
    await t.throwsAsync(source.token(GRAPH), { code: 'EXTENSION_TOKEN_ENDED' });
  });
}

for (const how of ['is revoked', 'signs out at Entra']) {
  test(`a person who ${how} after the session's time was over takes the tokens along`, async (t) => {
    const bench = open(t);
    const session = await bench.signIn();
    bench.leased.add(session.id);
    bench.clock.now += HOUR;
    await bench.sessions.endExpired();
    t.truthy(await bench.vault.get(session.id));
    t.is(await SIGNED_OUT[how]!(bench, session), 0, 'no session ends by it');
    t.is(await bench.vault.get(session.id), undefined);
  });
}

test('a tenant that refuses the person takes the tokens of a session that is over', async (t) => {
  const bench = open(t);
  const { id } = await bench.signIn();
  bench.leased.add(id);
  bench.clock.now += 2 * HOUR;
  await bench.sessions.endExpired();
  const source = bench.keeper.createLeasedSource(id, bench.clock.now + HOUR);
  bench.clock.now += 0.5 * HOUR;
  await source.token(GRAPH).catch(() => undefined);
  await bench.keeper[Symbol.asyncDispose]();
  t.is(await bench.vault.get(id), undefined);
});
