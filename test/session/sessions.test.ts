import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import test from 'ava';
import type { ExecutionContext } from 'ava';

import { createSessions } from '../../src/session/stored-sessions.ts';
import type { SessionOptions } from '../../src/session/stored-sessions.ts';
import type { NewSession, SessionEnd, Sessions } from '../../src/session/sessions.ts';
import { createTokenVault } from '../../src/session/token-vault.ts';
import type { TokenVault } from '../../src/session/token-vault.ts';
import type { Kind, Store } from '../../src/store/store.ts';
import { createMemoryStore } from '../_support/memory-store.ts';
import { openTestStore, storeKey, testClock } from '../_support/open-store.ts';
import type { TestClock } from '../_support/open-store.ts';
import {
  ADA,
  CONSOLE,
  FILES,
  FORWARD,
  method,
  newSession,
  principal,
  TENANT,
  tokenSet,
} from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface World {
  readonly path: string;
  readonly clock: TestClock;
  readonly store: Store;
  readonly vault: TokenVault;
  readonly sessions: Sessions;
  /** Signs Ada in; answers the cookie. */
  readonly signIn: (more?: Partial<NewSession>) => Promise<string>;
  /** The same database under other settings, as after a restart. */
  readonly restart: (more?: Partial<SessionOptions>) => World;
}

function world(t: ExecutionContext, more: Partial<SessionOptions> = {}, before?: World): World {
  const path = before?.path ?? join(temporaryFolder(t), 'entrada.db');
  const clock = before?.clock ?? testClock();
  const keys = before === undefined ? [storeKey('k1')] : KEYS.get(before)!;
  const store = more.store ?? openTestStore(t, { path, clock, keys });
  const vault = createTokenVault(store, clock);
  const lifetimes = { idleMs: 30 * MINUTE, absoluteMs: 12 * HOUR };
  const settings = { services: [FILES, CONSOLE, FORWARD], methods: [method()] };
  const sessions = createSessions({ store, vault, clock, ...lifetimes, ...settings, ...more });
  const made: World = {
    path,
    clock,
    store,
    vault,
    sessions,
    signIn: async (given) => {
      const { cookie, changes } = sessions.create(newSession(given));
      await store.commit(changes);
      return cookie;
    },
    restart: (given = {}) => world(t, given, made),
  };
  KEYS.set(made, keys);
  return made;
}

const KEYS = new WeakMap<World, readonly ReturnType<typeof storeKey>[]>();

test('a check at once says the same as a check, where all is in memory and nothing is to be written', async (t) => {
  const before = world(t);
  const cookie = await before.signIn();
  t.truthy(before.sessions.checkNow(FILES, cookie), 'it was just committed');
  const { sessions, clock } = before.restart();
  t.is(sessions.checkNow(FILES, cookie), undefined, 'nobody has read it yet');
  const session = await sessions.check(FILES, cookie);
  t.is(sessions.checkNow(FILES, cookie), session);
  t.is(sessions.checkNow(CONSOLE, cookie), undefined, 'it is of another service');
  t.is(sessions.checkNow(FILES, 'nonsense'), undefined);
  clock.now += MINUTE;
  t.is(sessions.checkNow(FILES, cookie), undefined, 'its end is to be moved');
  await sessions.check(FILES, cookie);
  await sessions.check(FILES, cookie);
  t.deepEqual(sessions.checkNow(FILES, cookie), session);
  await sessions.end(session!.id, 'revoked');
  t.is(sessions.checkNow(FILES, cookie), undefined);
});

test('a check at once knows no session of a method that is no longer configured', async (t) => {
  const before = world(t);
  const cookie = await before.signIn();
  const { sessions } = before.restart({ methods: [] });
  const read = await before.sessions.check(FILES, cookie);
  t.truthy(read);
  t.is(sessions.checkNow(FILES, cookie), undefined);
});

test('a cookie finds the session that it was made for', async (t) => {
  const { sessions, signIn } = world(t);
  const cookie = await signIn();
  const session = await sessions.check(FILES, cookie);
  t.is(session?.principal.oid, ADA);
  t.is(session?.signIn, 'sign-in-1');
  t.deepEqual(session?.service, { type: 'file-browser', path: '/' });
});

test('a cookie is 256 random bits, and the database does not have it [87]', async (t) => {
  const { path, signIn, store } = world(t);
  const cookies = await Promise.all(Array.from({ length: 20 }, () => signIn()));
  t.is(new Set(cookies).size, 20);
  for (const cookie of cookies) t.regex(cookie, /^[\w-]{43}$/);
  await store[Symbol.asyncDispose]();
  const file = readFileSync(path, 'latin1');
  t.false(cookies.some((cookie) => file.includes(cookie)));
});

test('the database does not say who is signed in', async (t) => {
  const { path, signIn, store } = world(t);
  await signIn();
  await store[Symbol.asyncDispose]();
  const file = readFileSync(path, 'latin1');
  const telling = [ADA, TENANT, 'ada@contoso.example', '203.0.113.7', newSession().sid!];
  t.deepEqual(
    telling.filter((text) => file.includes(text)),
    [],
  );
});

for (const cookie of [undefined, '', 'x', 'A'.repeat(43), 'A'.repeat(44), `${'A'.repeat(42)}=`]) {
  test(`the cookie ${cookie} names no session`, async (t) => {
    const { sessions, signIn } = world(t);
    await signIn();
    t.is(await sessions.check(FILES, cookie), undefined);
  });
}

test('the id of a session is not its cookie', async (t) => {
  const { sessions, signIn } = world(t);
  const id = (await sessions.check(FILES, await signIn()))?.id;
  t.is(await sessions.check(FILES, id), undefined);
});

for (const other of [CONSOLE, FORWARD, { ...FILES, path: '/files' }]) {
  test(`a session of the file browser is none at ${other.type} ${other.path}`, async (t) => {
    const { sessions, signIn } = world(t);
    t.is(await sessions.check(other, await signIn()), undefined);
  });
}

test('a session ends when it is not used for the idle time', async (t) => {
  const { sessions, signIn, clock } = world(t);
  const cookie = await signIn();
  clock.now += 30 * MINUTE - 1;
  t.truthy(await sessions.check(FILES, cookie));
  clock.now += 30 * MINUTE;
  t.is(await sessions.check(FILES, cookie), undefined);
});

test('a session ends at its absolute end, however much it is used [85]', async (t) => {
  const { sessions, signIn, clock } = world(t);
  const [cookie, end] = [await signIn(), clock.now + 12 * HOUR];
  while (clock.now + 20 * MINUTE < end) {
    clock.now += 20 * MINUTE;
    t.truthy(await sessions.check(FILES, cookie));
  }
  clock.now = end - 1;
  t.truthy(await sessions.check(FILES, cookie));
  clock.now = end;
  t.is(await sessions.check(FILES, cookie), undefined);
});

test('shorter lifetimes of an extension count, longer ones do not', async (t) => {
  const { sessions, signIn, clock } = world(t);
  const short = await signIn({ idleMs: 5 * MINUTE, absoluteMs: 10 * MINUTE });
  const long = await signIn({ idleMs: 5 * HOUR, absoluteMs: 100 * HOUR });
  t.is((await sessions.check(FILES, long))?.idleMs, 30 * MINUTE);
  clock.now += 5 * MINUTE;
  t.is(await sessions.check(FILES, short), undefined);
  t.truthy(await sessions.check(FILES, long));
});

test('a check writes at most once a minute', async (t) => {
  const { store, signIn, clock, restart } = world(t);
  const cookie = await signIn();
  let touches = 0;
  const counting = new Proxy(store, {
    get(target, name) {
      if (name === 'touch') touches++;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const { sessions } = restart({ store: counting });
  for (let second = 0; second < 180; second++) {
    clock.now += 1000;
    await sessions.check(FILES, cookie);
  }
  t.is(touches, 2 * 3, 'the session and its tokens, each minute');
});

test('sessions survive a restart [84]', async (t) => {
  const first = world(t);
  const cookie = await first.signIn();
  await first.store[Symbol.asyncDispose]();
  const { sessions } = first.restart();
  t.is((await sessions.check(FILES, cookie))?.principal.username, 'ada');
});

const changes: { readonly [what: string]: Partial<SessionOptions> } = {
  'its method is gone': { methods: [] },
  'its method has another tenant': { methods: [method({ directoryId: 'other.example' })] },
  'its method has another application': { methods: [method({ applicationId: ADA })] },
  'its service no longer uses the method': { services: [{ ...FILES, authentications: ['other'] }] },
  'its service is gone': { services: [CONSOLE] },
};

for (const [what, settings] of Object.entries(changes)) {
  test(`a session ends when ${what} [87]`, async (t) => {
    const ends: SessionEnd[] = [];
    const first = world(t);
    const cookie = await first.signIn();
    const ended = (_: unknown, reason: SessionEnd): [] => (ends.push(reason), []);
    const { sessions } = first.restart({ ...settings, ended });
    t.deepEqual((await sessions.list({ limit: 10 })).sessions, []);
    t.is(await sessions.check(FILES, cookie), undefined);
    t.deepEqual(ends, ['configuration']);
    t.is(await first.restart().sessions.check(FILES, cookie), undefined, 'it does not come back');
  });
}

test('end ends one session, once', async (t) => {
  const { sessions, signIn } = world(t);
  const [one, other] = [await signIn(), await signIn()];
  const { id } = (await sessions.check(FILES, one))!;
  t.true(await sessions.end(id, 'sign_out'));
  t.false(await sessions.end(id, 'sign_out'));
  t.is(await sessions.check(FILES, one), undefined);
  t.truthy(await sessions.check(FILES, other));
});

test('endBySid ends all sessions of a session at Entra, at every service [84]', async (t) => {
  const { sessions, signIn } = world(t);
  const sid = 'the-session-at-entra';
  await signIn({ sid });
  await signIn({ sid, service: CONSOLE });
  const [other, none] = [await signIn({ sid: 'another' }), await signIn({ sid: null })];
  t.is(await sessions.endBySid(sid, null), 2);
  t.is(await sessions.endBySid(sid, null), 0);
  t.truthy(await sessions.check(FILES, other));
  t.truthy(await sessions.check(FILES, none));
});

test('endBySid ends only sessions of the tenant that it names', async (t) => {
  const { sessions, signIn } = world(t);
  const cookie = await signIn({ sid: 'a' });
  t.is(await sessions.endBySid('a', ADA), 0);
  t.truthy(await sessions.check(FILES, cookie));
  t.is(await sessions.endBySid('a', TENANT), 1);
});

test('endByPerson ends all sessions of one person', async (t) => {
  const { sessions, signIn } = world(t);
  await signIn();
  await signIn({ service: FORWARD });
  const bob = await signIn({ principal: principal({ oid: 'bob' }) });
  t.is((await sessions.ofPerson(TENANT, ADA)).length, 2);
  t.is(await sessions.endByPerson(TENANT, ADA), 2);
  t.deepEqual(await sessions.ofPerson(TENANT, ADA), []);
  t.truthy(await sessions.check(FILES, bob));
  t.is(await sessions.count(), 1);
});

test('list pages through all sessions', async (t) => {
  const { sessions, signIn, clock } = world(t);
  for (let count = 0; count < 5; count++) await signIn();
  const first = await sessions.list({ limit: 3 });
  const second = await sessions.list({ limit: 3, after: first.next! });
  const all = [...first.sessions, ...second.sessions];
  t.is(new Set(all.map(({ session }) => session.id)).size, 5);
  t.is(all[0]?.expiresAt, clock.now + 30 * MINUTE);
  t.is(second.next, null);
});

test('what `ended` asks for is written in the same commit', async (t) => {
  const NOTE: Kind<string> = { name: 'note', sealed: false, indexes: [] };
  const first = world(t);
  const cookie = await first.signIn();
  const { sessions, store, clock } = first.restart({
    ended: (session, reason) => [
      { op: 'put', kind: NOTE, id: session.id, value: reason, expiresAt: first.clock.now + HOUR },
    ],
  });
  const { id } = (await sessions.check(FILES, cookie))!;
  await sessions.end(id, 'revoked');
  t.deepEqual(await store.get(NOTE, id), { id, value: 'revoked', expiresAt: clock.now + HOUR });
});

test('tokens live and end with their session [90]', async (t) => {
  const { sessions, signIn, vault, clock } = world(t);
  const given = tokenSet(clock.now + HOUR);
  const cookie = await signIn({ tokenSet: given });
  const { id } = (await sessions.check(FILES, cookie))!;
  for (let minute = 0; minute < 100; minute++) {
    clock.now += MINUTE;
    await sessions.check(FILES, cookie);
  }
  const kept = await vault.get(id);
  t.is(kept?.tokens.accessTokens[0]?.token.reveal(), 'planted-access-token');
  t.is(kept?.tokens.refreshToken?.reveal(), 'planted-refresh-token');
  await sessions.end(id, 'sign_out');
  t.is(await vault.get(id), undefined);
});

test('tokens end when their session ends unused', async (t) => {
  const { sessions, signIn, vault, clock } = world(t);
  const cookie = await signIn({ tokenSet: tokenSet(clock.now + HOUR) });
  const { id } = (await sessions.check(FILES, cookie))!;
  clock.now += 30 * MINUTE;
  t.is(await vault.get(id), undefined);
});

test('a session whose key is gone signs nobody in, and can still be revoked', async (t) => {
  const { path, clock, signIn, restart } = world(t);
  const [cookie] = [await signIn(), await signIn()];
  const reports: string[] = [];
  const store = openTestStore(t, { path, clock, keys: [storeKey('k2')] });
  const { sessions } = restart({ store, report: ({ code }) => reports.push(code) });
  t.is(await sessions.check(FILES, cookie), undefined);
  t.deepEqual(reports, ['STORE_UNREADABLE']);
  t.is(await sessions.endByPerson(TENANT, ADA), 2);
  t.is(await sessions.count(), 0);
});

test('a database that takes no writes signs nobody out before their time', async (t) => {
  const before = world(t);
  const { path, clock } = before;
  const cookie = await before.signIn();
  const reports: string[] = [];
  const store = openTestStore(t, { path, clock, keys: KEYS.get(before)!, busyTimeoutMs: 1 });
  const { sessions } = before.restart({ store, report: ({ code }) => reports.push(code) });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  clock.now += 20 * MINUTE;
  for (let use = 0; use < 3; use++) t.truthy(await sessions.check(FILES, cookie));
  t.truthy(sessions.checkNow(FILES, cookie), 'nobody waits for the lock again');
  t.deepEqual(reports, ['STORE_UNAVAILABLE'], 'said once in half a minute');
  clock.now += MINUTE;
  t.truthy(await sessions.check(FILES, cookie));
  t.is(reports.length, 2);
  other.close();
  clock.now += MINUTE;
  t.truthy(await sessions.check(FILES, cookie));
  clock.now += 20 * MINUTE;
  t.truthy(await sessions.check(FILES, cookie), 'its end is moved again');
  t.is(reports.length, 2);
});

test('what breaks otherwise where an end is moved is not taken for a full disk', async (t) => {
  const clock = testClock();
  const broken = async (): Promise<boolean> => {
    throw new TypeError('broken');
  };
  const store = Object.assign(createMemoryStore(clock), { touch: broken });
  const { sessions, signIn, clock: own } = world(t, { store, clock });
  const cookie = await signIn();
  clock.now = own.now += 20 * MINUTE;
  await t.throwsAsync(sessions.check(FILES, cookie), { message: 'broken' });
});

test('a session that cannot be kept alive ends when it would have ended', async (t) => {
  const before = world(t);
  const { path, clock } = before;
  const cookie = await before.signIn();
  const store = openTestStore(t, { path, clock, keys: KEYS.get(before)!, busyTimeoutMs: 1 });
  const { sessions } = before.restart({ store });
  using other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  clock.now += 20 * MINUTE;
  t.truthy(await sessions.check(FILES, cookie));
  clock.now += 10 * MINUTE + 1;
  t.is(await sessions.check(FILES, cookie), undefined);
});

test('sessions whose key is gone hide none of those that open', async (t) => {
  const { path, clock, signIn, restart } = world(t);
  for (let count = 0; count < 5; count++) await signIn();
  const store = openTestStore(t, { path, clock, keys: [storeKey('k2')] });
  const { sessions, signIn: signInNow } = restart({ store });
  const { id } = (await sessions.check(FILES, await signInNow()))!;
  const [first, second] = [await sessions.list({ limit: 4 }), await sessions.list({ limit: 10 })];
  t.not(first.next, null, 'a page ends where its ids do');
  const rest = await sessions.list({ limit: 4, after: first.next! });
  for (const listed of [[...first.sessions, ...rest.sessions], second.sessions]) {
    t.deepEqual(
      listed.map(({ session }) => session.id),
      [id],
    );
  }
  const ofPerson = await sessions.ofPerson(TENANT, ADA);
  t.deepEqual(
    ofPerson.map(({ session }) => session.id),
    [id],
  );
});

test('a store that does not answer is an error, not a missing session', async (t) => {
  const { store, sessions, signIn } = world(t);
  const cookie = await signIn();
  await store[Symbol.asyncDispose]();
  await t.throwsAsync(sessions.check(FILES, cookie), { code: 'STORE_UNAVAILABLE' });
});

test('a session of a method that was never configured is none', async (t) => {
  const { sessions, store } = world(t);
  const { cookie, changes: made } = sessions.create(newSession({ method: 'unknown' }));
  await store.commit(made);
  t.is(await sessions.check(FILES, cookie), undefined);
});
