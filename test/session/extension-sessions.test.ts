import { join } from 'node:path';

import test from 'ava';
import type { ExecutionContext } from 'ava';

import type { SessionDesk } from '../../src/extensions/broker/sessions.ts';
import { ExtensionSessions, withTenants } from '../../src/session/extension-sessions.ts';
import type { Session } from '../../src/session/session.ts';
import type { NewSession, Sessions } from '../../src/session/sessions.ts';
import { createSessions } from '../../src/session/stored-sessions.ts';
import { createTokenVault, type TokenVault } from '../../src/session/token-vault.ts';
import { openTestStore, testClock, type TestClock } from '../_support/open-store.ts';
import {
  ADA,
  CONSOLE,
  FILES,
  FORWARD,
  METHOD,
  method,
  newSession,
  PARTNERS,
  principal,
  TENANT,
  tokenSet,
} from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const HOUR = 3_600_000;
const ELSEWHERE = 'b2f0c4d6-0000-4000-8000-000000000002';
const METHODS = [
  method(),
  method({ id: 'second' }),
  method({ id: 'elsewhere', directoryId: ELSEWHERE }),
  PARTNERS,
];

interface Bench {
  readonly clock: TestClock;
  readonly vault: TokenVault;
  readonly sessions: Sessions;
  /** Ends that were told: reason and by whom. */
  readonly ends: unknown[];
  readonly lines: object[];
  readonly signIn: (given?: Partial<NewSession>) => Promise<Session>;
  /** What an extension may do that applies to these methods. */
  readonly desk: (...appliesTo: string[]) => SessionDesk;
  /** Services of the sessions that are left. */
  readonly left: () => Promise<readonly string[]>;
}

function open(t: ExecutionContext, at: { path?: string; clock?: TestClock } = {}): Bench {
  const { clock = testClock(), path = join(temporaryFolder(t), 'entrada.db') } = at;
  const store = openTestStore(t, { clock, path });
  const vault = createTokenVault(store, clock);
  const ends: unknown[] = [];
  const lines: object[] = [];
  const sessions = createSessions({
    store,
    vault,
    clock,
    services: [FILES, FORWARD, CONSOLE],
    methods: METHODS,
    idleMs: HOUR,
    absoluteMs: 12 * HOUR,
    leased: async () => true,
    ended: (_, reason, by) => {
      ends.push({ reason, by });
      return [];
    },
  });
  const extensions = new ExtensionSessions({
    sessions,
    methods: withTenants(METHODS),
    clock,
    log: { warn: (fields: object) => void lines.push(fields) },
  });
  return {
    clock,
    vault,
    sessions,
    ends,
    lines,
    signIn: async (given = {}) => {
      const { session, changes } = sessions.create(newSession(given));
      await store.commit(changes);
      return session;
    },
    desk: (...appliesTo) => extensions.of({ name: 'risk', config: { appliesTo } }),
    left: async () => {
      const { sessions: found } = await sessions.list({ limit: 1_000 });
      return found.map(({ session }) => session.service.type).toSorted();
    },
  };
}

test('every session of a person ends, and each end says by whom and why; the log does, too', async (t) => {
  const { desk, signIn, ends, lines, left } = open(t);
  await signIn();
  await signIn({ service: FORWARD });
  await signIn({ principal: principal({ oid: 'somebody-else' }), service: FORWARD });
  t.is(await desk().count({ oid: ADA }), 2);
  t.is(await desk().end({ oid: ADA, code: 'risk' }), 2);
  const by = { extension: 'risk', code: 'risk' };
  t.deepEqual(ends, [
    { reason: 'extension', by },
    { reason: 'extension', by },
  ]);
  t.like(lines, [{ event: 'sessions_ended', extension: 'risk', code: 'risk', oid: ADA, count: 2 }]);
  t.deepEqual(await left(), ['forward-auth']);
  t.is(await desk().end({ oid: ADA, code: 'risk' }), 0, 'they have ended');
  t.is(lines.length, 1, 'nothing happened');
});

test('a session of the console is never ended, whatever is asked', async (t) => {
  const { desk, signIn, left } = open(t);
  const { signIn: id } = await signIn({ service: CONSOLE });
  t.is(await desk().end({ oid: ADA, code: 'risk' }), 0);
  t.is(await desk(METHOD).end({ oid: ADA, tid: TENANT, signIn: id, code: 'risk' }), 0);
  t.deepEqual(await left(), ['management-console']);
});

test('methods that an extension does not apply to are out of its reach, in the same tenant and elsewhere', async (t) => {
  const { desk, signIn, left } = open(t);
  const elsewhere = principal({ tid: ELSEWHERE });
  await signIn();
  await signIn({ method: 'second', service: FORWARD });
  await signIn({ method: 'elsewhere', principal: elsewhere });
  t.is(await desk('second').end({ oid: ADA, code: 'risk' }), 1);
  t.deepEqual(await left(), ['file-browser', 'file-browser']);
  t.is(await desk().end({ oid: ADA, tid: elsewhere.tid, code: 'risk' }), 1);
  t.is(await desk().end({ oid: ADA, tid: 'no-tenant', code: 'risk' }), 0);
  t.is(await desk().end({ oid: ADA, code: 'risk' }), 1);
});

test('somebody whom an extension vouches for is found by the id that it gave', async (t) => {
  const { desk, signIn } = open(t);
  const vouched = principal({ oid: 'partner:7', tid: `extension:${PARTNERS.id}` });
  await signIn({ method: PARTNERS.id, principal: vouched });
  t.is(await desk(METHOD).end({ oid: 'partner:7', code: 'risk' }), 0);
  t.is(await desk(PARTNERS.id).end({ oid: 'partner:7', code: 'risk' }), 1);
});

test('the session of one sign-in can be meant, and GUIDs in either case', async (t) => {
  const { desk, signIn, left } = open(t);
  await signIn({ signIn: 'first' });
  await signIn({ signIn: 'second', service: FORWARD });
  const one = { oid: ADA.toUpperCase(), tid: TENANT.toUpperCase(), signIn: 'second', code: 'risk' };
  t.is(await desk().end(one), 1);
  t.deepEqual(await left(), ['file-browser']);
});

test('tokens end with the sessions, and those that background work still had of a session that is over', async (t) => {
  const { desk, signIn, clock, vault, sessions } = open(t);
  const day = { tokenSet: tokenSet(clock.now + 24 * HOUR), leasedUntil: clock.now + 24 * HOUR };
  const over = await signIn(day);
  const other = await signIn({ ...day, method: 'second' });
  clock.now += 2 * HOUR;
  await sessions.endExpired();
  const living = await signIn(day);
  t.truthy(await vault.get(over.id));
  t.is(await desk(METHOD).end({ oid: ADA, signIn: living.signIn, code: 'risk' }), 1);
  t.is(await vault.get(living.id), undefined);
  t.truthy(await vault.get(over.id), 'one sign-in was meant');
  t.is(await desk(METHOD).end({ oid: ADA, code: 'risk' }), 0, 'no session is left');
  t.is(await vault.get(over.id), undefined);
  t.truthy(await vault.get(other.id), 'of a method out of reach');
});

test('tokens of a session that is over and that no key opens any more end, and keep no session from ending', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const before = open(t, { path });
  const { clock } = before;
  const day = { tokenSet: tokenSet(clock.now + 24 * HOUR), leasedUntil: clock.now + 24 * HOUR };
  const over = await before.signIn(day);
  clock.now += 2 * HOUR;
  await before.sessions.endExpired();
  const { desk, signIn, vault } = open(t, { path, clock });
  await signIn();
  await t.throwsAsync(vault.get(over.id), { code: 'STORE_UNREADABLE' });
  t.is(await desk(METHOD).end({ oid: ADA, code: 'risk' }), 1);
  t.is(await vault.get(over.id), undefined);
});

test('a hundred sessions end at once, then none, and a hundred more in an hour', async (t) => {
  const { desk, signIn, clock, left } = open(t);
  const people = Array.from({ length: 102 }, (_, index) => `person-${index}`);
  for (const oid of people) await signIn({ principal: principal({ oid }) });
  const end = (oid: string): Promise<number | undefined> => desk().end({ oid, code: 'risk' });
  for (const oid of people.slice(0, 100)) t.is(await end(oid), 1);
  t.is(await end('person-100'), undefined);
  t.is((await left()).length, 2);
  clock.now += HOUR / 100;
  t.is(await end('person-100'), 1);
  t.is(await end('person-101'), undefined);
  t.is(await end('person-0'), 0, 'what ends none is no question of how many');
});

test('of a person with more sessions than are left to an extension, none is ended', async (t) => {
  const { desk, signIn, left } = open(t);
  for (let index = 0; index < 101; index++) await signIn();
  t.is(await desk().end({ oid: ADA, code: 'risk' }), undefined);
  t.is((await left()).length, 101);
});
