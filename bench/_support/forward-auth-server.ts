/**
 * The gateway's server with one live session in a SQLite store, in a process of its own. Prints its port and the cookie.
 * `bare` as the first argument: a bare `node:http` server that answers 200 to everything, as the floor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { systemClock } from '../../src/clock.ts';
import { generateKey, parseKeys } from '../../src/config/keys.ts';
import { createIdentitySigner } from '../../src/server/identity-signer.ts';
import { createServer } from '../../src/server/server.ts';
import { sessionCookieName } from '../../src/session/cookie.ts';
import { createSessions } from '../../src/session/stored-sessions.ts';
import { createTokenVault } from '../../src/session/token-vault.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { FORWARD, METHOD, method, newSession } from '../../test/_support/people.ts';

const tell = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

if (process.argv[2] === 'bare') {
  const server = http.createServer((_request, response) => response.end());
  server.listen(0, '127.0.0.1', () =>
    tell({ port: (server.address() as AddressInfo).port, cookie: '' }),
  );
} else {
  const folder = mkdtempSync(path.join(tmpdir(), 'entrada-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.on('SIGTERM', () => process.exit(0));
  const keys = parseKeys(generateKey('bench'));
  if (!keys.ok) throw new Error('no key');
  const store = openSqlite(path.join(folder, 'bench.db'), { keys: keys.value, clock: systemClock });
  const lifetimes = { idleMs: 1_800_000, absoluteMs: 43_200_000 };
  const services = [{ ...FORWARD, authentications: [METHOD] }];
  const methods = [method()];
  const sessions = createSessions({
    store,
    vault: createTokenVault(store, systemClock),
    clock: systemClock,
    ...lifetimes,
    services,
    methods,
  });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const publicUrl = 'https://files.example.com';
  const server = await createServer({
    config: {
      directory: folder,
      server: {
        publicUrl,
        listen: { host: '127.0.0.1', port: 0 },
        tls: 'off',
        trustedProxies: ['127.0.0.0/8'],
        health: null,
      },
      session: lifetimes,
      store: { kind: 'sqlite', path: path.join(folder, 'bench.db') },
      keys: [],
      explain: { retentionMs: 1 },
      authentications: methods,
      groups: [],
      roles: [],
      services,
      mapping: [],
      extensions: [],
    },
    flow: {
      begin: () => Promise.reject(new Error('not here')),
      finish: () => Promise.reject(new Error('not here')),
      authenticate: () => Promise.reject(new Error('not here')),
      leave: async () => null,
    },
    sessions,
    records: { get: async () => undefined },
    photos: { shows: () => false, of: async () => null },
    identity: await createIdentitySigner({ store, clock: systemClock, origin: publicUrl }),
    clock: systemClock,
    log: silent,
    ready: [],
  });
  const made = sessions.create(newSession({ service: { type: 'forward-auth', path: '/auth' } }));
  await store.commit(made.changes);
  const { port } = await server.listen();
  tell({ port, cookie: `${sessionCookieName('forward-auth')}=${made.cookie}` });
}
