import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Clock } from '../clock.ts';
import { makeFolder } from '../config/make-folder.ts';
import { systemCode } from '../errors.ts';
import { migrate, refuseForeign } from './schema.ts';
import { isBusy, StoreError, toStoreError } from './store-error.ts';

/**
 * - WAL: readers and the one writer do not wait for each other.
 * - NORMAL: what was committed survives the end of the process; a durable commit raises it to FULL for itself, and
 *   survives the end of the machine.
 * - What is deleted or replaced is overwritten with zeros: a refresh token that was exchanged for another one must not lie
 *   in a free page, sealed or not.
 * - The file is mapped into memory as far as it fits, so that a read is no system call: with a million sessions that is
 *   the difference between 30 and 20 µs, and between a slow hundredth and none.
 */
const SETTINGS = `
  PRAGMA synchronous = NORMAL;
  PRAGMA secure_delete = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -8192;
  PRAGMA mmap_size = 268435456;`;

/** In place of a path: a database in memory, gone when it is closed. */
export const IN_MEMORY = ':memory:';

/**
 * Opens the database of the store, creating folder (0700) and file (0600) where there are none.
 *
 * @throws {StoreError} `STORE_UNAVAILABLE` when it cannot be opened, `STORE_FOREIGN` when it is not a database of this
 *   release, `STORE_DAMAGED` when SQLite says so.
 */
export function openDatabase(path: string, clock: Clock, busyTimeoutMs: number): DatabaseSync {
  if (path !== IN_MEMORY) secureFile(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: busyTimeoutMs, allowExtension: false });
    prepareDatabase(database, clock, busyTimeoutMs);
    return database;
  } catch (error) {
    database?.close();
    throw toStoreError(error, path);
  }
}

function prepareDatabase(database: DatabaseSync, clock: Clock, busyTimeoutMs: number): void {
  database.enableDefensive(true);
  refuseForeign(database);
  useWal(database, Date.now() + busyTimeoutMs);
  database.exec(SETTINGS);
  migrate(database, clock);
}

/** Of two that turn a new file to WAL at once, one is told at once that it is locked: the timeout is not for this. */
function useWal(database: DatabaseSync, deadline: number): void {
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(PAUSE, 0, 0, 5);
    }
  }
}

/**
 * Writes everything from the log into the database and empties the log, whose old pages would keep what was deleted. While
 * another process reads, it is left for the next time: nobody waits for it.
 */
export function emptyLog(database: DatabaseSync, busyTimeoutMs: number): void {
  withoutWaiting(database, busyTimeoutMs, () => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
}

/** Does something that fails at once where another process has the lock. */
export function withoutWaiting(
  database: DatabaseSync,
  busyTimeoutMs: number,
  work: () => void,
): void {
  database.exec('PRAGMA busy_timeout = 0');
  try {
    work();
  } finally {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  }
}

/** Nobody wakes it: waiting on it is a pause. */
const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/** SQLite gives its two companion files the mode of the database itself. */
function secureFile(path: string): void {
  try {
    makeFolder(dirname(path), 0o700);
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new StoreError('STORE_UNAVAILABLE', `${path} cannot be opened: ${reason}`, {
      next:
        systemCode(cause) === 'EISDIR'
          ? 'Let `store` name a file; this is a folder.'
          : 'Let the folder belong to the user that runs the gateway.',
      cause,
    });
  }
}
