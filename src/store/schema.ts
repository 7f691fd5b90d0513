import type { DatabaseSync } from 'node:sqlite';

import type { Clock } from '../clock.ts';
import { StoreError } from './store-error.ts';

/** `Entr`, in the header of the file: tells a database of ours from one of another program. */
const APPLICATION_ID = 0x456e7472;

/**
 * Each entry leads from the version before it to its own; an entry that was released is never edited. A record has a
 * number besides its id, so that the rows of its indexes are short.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE migration (
     version INTEGER PRIMARY KEY,
     applied_at INTEGER NOT NULL
   ) STRICT;

   CREATE TABLE record (
     number INTEGER PRIMARY KEY,
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     expires_at INTEGER NOT NULL,
     -- Id of the key that sealed the value; null: the value is text.
     key TEXT,
     value ANY NOT NULL,
     UNIQUE (kind, id)
   ) STRICT;
   CREATE INDEX record_end ON record (expires_at, kind);

   CREATE TABLE record_index (
     kind TEXT NOT NULL,
     name TEXT NOT NULL,
     value TEXT NOT NULL,
     record INTEGER NOT NULL REFERENCES record (number) ON DELETE CASCADE,
     PRIMARY KEY (kind, name, value, record)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX record_index_of ON record_index (record);`,

  `CREATE TABLE message (
     -- The order of commits; never used again.
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     queue TEXT NOT NULL,
     lane TEXT NOT NULL,
     subject TEXT,
     state TEXT NOT NULL CHECK (state IN ('waiting', 'dead')),
     created_at INTEGER NOT NULL,
     due_at INTEGER NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0,
     failures INTEGER NOT NULL DEFAULT 0,
     holder TEXT,
     held_until INTEGER NOT NULL DEFAULT 0,
     -- JSON of what was said of the last failure.
     failure TEXT,
     key TEXT NOT NULL,
     value BLOB NOT NULL
   ) STRICT;
   CREATE INDEX message_due ON message (queue, state, due_at);
   CREATE INDEX message_lane ON message (lane, state, number);
   CREATE INDEX message_subject ON message (subject, state) WHERE subject IS NOT NULL;`,

  // Counting the records of a kind, and finding those that have ended, must not cost more for what others keep.
  `DROP INDEX record_end;
   CREATE INDEX record_end ON record (kind, expires_at);`,

  // What a record is found by stands in it: one statement and few pages write all of it. The names of then, by column; what
  // was found by no other name was never looked for.
  `ALTER TABLE record ADD COLUMN index_1 TEXT;
   ALTER TABLE record ADD COLUMN index_2 TEXT;
   ALTER TABLE record ADD COLUMN index_3 TEXT;
   UPDATE record SET
     index_1 = (SELECT value FROM record_index WHERE record = number AND name IN ('person', 'extension', 'sign-in')),
     index_2 = (SELECT value FROM record_index WHERE record = number AND name = 'sid'),
     index_3 = (SELECT value FROM record_index WHERE record = number AND name = 'due')
   WHERE kind <> 'sign-in' AND number IN (SELECT record FROM record_index);
   DROP TABLE record_index;
   CREATE INDEX record_index_1 ON record (kind, index_1) WHERE index_1 IS NOT NULL;
   CREATE INDEX record_index_2 ON record (kind, index_2) WHERE index_2 IS NOT NULL;
   CREATE INDEX record_index_3 ON record (kind, index_3) WHERE index_3 IS NOT NULL;`,
];

/**
 * Brings a database to the newest version: creates the tables of an empty one, and refuses one that is not ours.
 *
 * @throws {StoreError} `STORE_FOREIGN` for a database of another program, or of a newer release.
 */
export function migrate(database: DatabaseSync, clock: Clock): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    applyFrom(database, readVersion(database), clock);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Tells a database of ours from any other, writing nothing. In one transaction, since another process may be creating it
 * at this moment.
 *
 * @throws {StoreError} `STORE_FOREIGN`.
 */
export function refuseForeign(database: DatabaseSync): void {
  database.exec('BEGIN');
  try {
    readVersion(database);
  } finally {
    database.exec('ROLLBACK');
  }
}

/** Version 0 is an empty file. */
function readVersion(database: DatabaseSync): number {
  const id = readNumber(database, 'PRAGMA application_id');
  const tables = readNumber(database, 'SELECT count(*) FROM sqlite_schema');
  if (id === 0 && tables === 0) return 0;
  if (id !== APPLICATION_ID) throw foreign('belongs to another program');
  const version = readNumber(database, 'SELECT max(version) FROM migration');
  if (version > MIGRATIONS.length) throw foreign(`was written by a newer release (${version})`);
  return version;
}

function applyFrom(database: DatabaseSync, version: number, clock: Clock): void {
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec(migration);
    database.prepare('INSERT INTO migration VALUES (?, ?)').run(index + 1, clock());
  }
  if (version === 0) database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
}

function readNumber(database: DatabaseSync, sql: string): number {
  const [value] = Object.values(database.prepare(sql).get() ?? {});
  if (typeof value === 'number') return value;
  throw foreign('lacks what every database of Entrada has');
}

function foreign(reason: string): StoreError {
  return new StoreError('STORE_FOREIGN', `the database ${reason}`, {
    next: 'Let `store` name another file, or install the release that wrote this one.',
  });
}
