import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { Clock } from '../../src/clock.ts';
import type { StoreKey } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a test offers to clean up after itself. */
interface Teardown {
  teardown(fn: () => Promise<void> | void): void;
}

/** A key of the store, fresh. */
export function storeKey(id: string): StoreKey {
  return { id, secret: new Secret(randomBytes(32).toString('base64url')) };
}

/** A clock that stands until it is moved. Unit: milliseconds. */
export interface TestClock extends Clock {
  now: number;
}

/** A clock that begins at a fixed time. */
export function testClock(): TestClock {
  const clock: TestClock = Object.assign(() => clock.now, { now: Date.UTC(2026, 0, 5, 9) });
  return clock;
}

/** A store in a folder of the test's own; closed with the test. */
export function openTestStore(
  t: Teardown,
  given: { path?: string; keys?: readonly StoreKey[]; clock?: Clock; busyTimeoutMs?: number } = {},
): Store {
  const path = given.path ?? join(temporaryFolder(t), 'entrada.db');
  const { keys = [storeKey('k1')], clock = testClock(), busyTimeoutMs = 5000 } = given;
  const store = openSqlite(path, { keys, clock, busyTimeoutMs });
  t.teardown(async () => {
    await store[Symbol.asyncDispose]();
  });
  return store;
}
