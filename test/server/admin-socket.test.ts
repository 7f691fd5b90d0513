import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import test from 'ava';
import type { ExecutionContext } from 'ava';
import { Client } from 'undici';

import { createEventDesk } from '../../src/events/desk.ts';
import { openAdminSocket } from '../../src/server/admin-socket.ts';
import type { SignInRecord } from '../../src/session/record.ts';
import { createSessions } from '../../src/session/stored-sessions.ts';
import type { NewSession, Sessions } from '../../src/session/sessions.ts';
import { createTokenVault } from '../../src/session/token-vault.ts';
import { openTestStore, storeKey, testClock } from '../_support/open-store.ts';
import { ADA, CONSOLE, FILES, method, newSession, principal, TENANT } from '../_support/people.ts';
import { temporaryFolder } from '../_support/temporary-folder.ts';

const HOUR = 3_600_000;
const log = { info: () => {}, warn: () => {}, error: () => {} };
const record = { id: 'sign-in-1', outcome: 'allowed', endedAt: 1_000_000 } as SignInRecord;

/** What the socket says, in any of its answers. */
interface Told {
  readonly code: string;
  readonly ended: number;
  readonly next: string | null;
  readonly sessions: readonly {
    readonly id: string;
    readonly person: object;
    readonly service: { readonly path: string };
  }[];
}

interface Administration {
  readonly path: string;
  readonly sessions: Sessions;
  readonly signIn: (more?: Partial<NewSession>) => Promise<string>;
  readonly ask: (method: string, path: string) => Promise<{ status: number; json: Told }>;
}

interface Given {
  readonly socket?: string;
  readonly store?: Parameters<typeof openTestStore>[1];
}

async function administration(t: ExecutionContext, given: Given = {}): Promise<Administration> {
  const path = given.socket ?? join(temporaryFolder(t), 'var', 'entrada.sock');
  const clock = testClock();
  const store = openTestStore(t, { clock, ...given.store });
  const vault = createTokenVault(store, clock);
  const settings = {
    idleMs: HOUR,
    absoluteMs: HOUR,
    services: [FILES, CONSOLE],
    methods: [method()],
  };
  const sessions = createSessions({ store, vault, clock, ...settings });
  const recent = {
    endedAfter: (time: number) => (time < record.endedAt ? [record] : []),
    beginningWith: () => undefined,
  };
  const records = {
    get: async (id: string) => (id === record.id ? record : undefined),
    getEnd: async () => ({ at: 7, reason: 'sign_out', by: null }) as const,
  };
  const events = createEventDesk({ store, sessions, clock });
  const socket = await openAdminSocket(path, { sessions, records, recent, events, log });
  const client = new Client('http://localhost', { socketPath: path });
  t.teardown(async () => {
    await client.destroy();
    await socket[Symbol.asyncDispose]();
  });
  return {
    path,
    sessions,
    signIn: async (more) => {
      const { session, changes } = sessions.create(newSession(more));
      await store.commit(changes);
      return session.id;
    },
    ask: async (verb, target) => {
      const { statusCode, body } = await client.request({ method: verb, path: target });
      return { status: statusCode, json: (await body.json()) as Told };
    },
  };
}

test('the socket is for its owner alone', async (t) => {
  const { path } = await administration(t);
  t.true(statSync(path).isSocket());
  t.is(statSync(path).mode & 0o777, 0o600);
  t.is(statSync(join(path, '..')).mode & 0o777, 0o700);
});

test('sessions are listed with who, where and until when, and without cookie or claims', async (t) => {
  const { ask, signIn } = await administration(t);
  const id = await signIn();
  const { status, json } = await ask('GET', '/sessions');
  t.is(status, 200);
  t.is(json.next, null);
  const session = json.sessions[0]!;
  t.is(session.id, id);
  t.deepEqual(session.person, { username: 'ada', name: 'Ada Lovelace', tid: TENANT, oid: ADA });
  t.is(session.service.path, '/');
  t.deepEqual(Object.keys(session).toSorted(), [
    'address',
    'createdAt',
    'endsAt',
    'expiresAt',
    'id',
    'method',
    'person',
    'service',
    'signIn',
    'userAgent',
  ]);
});

test('sessions are listed in pages', async (t) => {
  const { ask, signIn } = await administration(t);
  for (let count = 0; count < 3; count++) await signIn();
  const first = await ask('GET', '/sessions?limit=2');
  const second = await ask('GET', `/sessions?limit=2&after=${first.json.next}`);
  t.deepEqual(
    [first.json.sessions.length, second.json.sessions.length, second.json.next],
    [2, 1, null],
  );
  t.is((await ask('GET', '/sessions?limit=nonsense')).json.sessions.length, 3);
});

const FULL = `${TENANT}/${ADA}`;
for (const name of ['ada', 'ada@contoso.example', ADA, FULL, FULL.toUpperCase()]) {
  test(`all sessions of ${name} are listed and ended`, async (t) => {
    const { ask, signIn, sessions } = await administration(t);
    await signIn();
    await signIn({ service: CONSOLE });
    await signIn({ principal: principal({ username: 'bob', upn: 'bob@x', oid: 'bob' }) });
    const query = `person=${encodeURIComponent(name)}`;
    t.is((await ask('GET', `/sessions?${query}`)).json.sessions.length, 2);
    t.is((await ask('DELETE', `/sessions?${query}`)).json.ended, 2);
    t.is((await ask('DELETE', `/sessions?${query}`)).json.ended, 0);
    t.is(await sessions.count(), 1);
  });
}

test('sessions whose key is gone are ended by tenant and object id', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.db');
  const before = await administration(t, { store: { path, keys: [storeKey('k1')] } });
  await before.signIn();
  const { ask, sessions } = await administration(t, { store: { path, keys: [storeKey('k2')] } });
  t.is(
    (await ask('DELETE', '/sessions?person=ada')).json.ended,
    0,
    'nobody can say whose they are',
  );
  t.is((await ask('DELETE', `/sessions?person=${encodeURIComponent(FULL)}`)).json.ended, 1);
  t.is(await sessions.count(), 0);
});

test('an id of another method may have slashes in it', async (t) => {
  const { ask, signIn } = await administration(t);
  await signIn({ principal: principal({ tid: 'extension:files', oid: 'people/bob/1' }) });
  const query = `person=${encodeURIComponent('extension:files/people/bob/1')}`;
  t.is((await ask('GET', `/sessions?${query}`)).json.sessions.length, 1);
  t.is((await ask('DELETE', `/sessions?${query}`)).json.ended, 1);
});

test('a person is looked for in all pages', async (t) => {
  const { ask, signIn } = await administration(t);
  for (let count = 0; count < 205; count++) await signIn();
  t.is((await ask('DELETE', '/sessions?person=ada')).json.ended, 205);
});

test('one session is ended by its id', async (t) => {
  const { ask, signIn, sessions } = await administration(t);
  const [id] = [await signIn(), await signIn()];
  t.is((await ask('DELETE', `/sessions/${id}`)).json.ended, 1);
  t.is((await ask('DELETE', `/sessions/${id}`)).status, 404);
  t.is(await sessions.count(), 1);
});

test('ending sessions of nobody is refused, not taken for everybody', async (t) => {
  const { ask, signIn, sessions } = await administration(t);
  await signIn();
  for (const path of ['/sessions', '/sessions?person=', '/sessions?x=1']) {
    t.is((await ask('DELETE', path)).status, 400, path);
  }
  t.is(await sessions.count(), 1);
});

test('a sign-in is explained by its id', async (t) => {
  const { ask } = await administration(t);
  t.deepEqual((await ask('GET', '/sign-ins/sign-in-1')).json as object, record);
  const missing = await ask('GET', '/sign-ins/other');
  t.is(missing.status, 404);
  t.is(missing.json.code, 'SERVER_NOT_FOUND');
});

test('whoever waits for a sign-in is told of those that ended since', async (t) => {
  const { ask } = await administration(t);
  const before = record.endedAt - 1;
  const since = await ask('GET', `/sign-ins?after=${before}`);
  t.deepEqual(since.json as object, { signIns: [record] });
  const later = await ask('GET', `/sign-ins?after=${record.endedAt}`);
  t.deepEqual(later.json as object, { signIns: [] });
});

test('the socket answers to nothing else', async (t) => {
  const { ask } = await administration(t);
  for (const path of ['/', '/sessions/', '/sessions/a/b', '/sign-ins/', '/sign-ins/..%2f']) {
    t.is((await ask('GET', path)).status, 404, path);
  }
  t.is((await ask('POST', '/sessions')).status, 405);
  t.is((await ask('GET', '/sessions/abc')).status, 405);
});

test('a second gateway in the same place is refused', async (t) => {
  const { path, ask } = await administration(t);
  const second = administration(t, { socket: path });
  await t.throwsAsync(second, { code: 'SERVER_SOCKET_TAKEN' });
  t.is((await ask('GET', '/sessions')).status, 200);
});

test('the socket of a gateway that was killed is replaced', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.sock');
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
  t.true(existsSync(path));
  const { ask } = await administration(t, { socket: path });
  t.is((await ask('GET', '/sessions')).status, 200);
});

test('a file that is no socket is left alone', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.sock');
  writeFileSync(path, 'precious');
  await t.throwsAsync(administration(t, { socket: path }), { code: 'SERVER_SOCKET_TAKEN' });
});

test('a path that cannot be listened on is an error', async (t) => {
  const path = join(temporaryFolder(t), 'x'.repeat(200));
  await t.throwsAsync(administration(t, { socket: path }), { code: 'SERVER_LISTEN' });
});

test('the socket goes with the gateway', async (t) => {
  const path = join(temporaryFolder(t), 'entrada.sock');
  const parts = {
    sessions: (await administration(t)).sessions,
    records: { get: async () => undefined, getEnd: async () => undefined },
    recent: { endedAfter: () => [], beginningWith: () => undefined },
    log,
  };
  const socket = await openAdminSocket(path, parts);
  await socket[Symbol.asyncDispose]();
  t.false(existsSync(path));
});

test('an event that does not exist is neither told of, tried again nor discarded', async (t) => {
  const { ask } = await administration(t);
  for (const [verb, path] of [
    ['GET', '/events/none'],
    ['POST', '/events/none/replay'],
    ['DELETE', '/events/none'],
  ] as const) {
    t.like(await ask(verb, path), { status: 404, json: { code: 'SERVER_NOT_FOUND' } });
  }
});

test('events are waiting or dead, and asking for others is refused', async (t) => {
  const { ask } = await administration(t);
  t.like(await ask('GET', '/events?state=dead'), { status: 200 });
  t.like(await ask('GET', '/events?state=odd'), { json: { code: 'SERVER_FORM_INVALID' } });
});
