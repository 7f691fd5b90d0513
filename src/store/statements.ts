import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { Sealed } from './seal.ts';
import { StoreError } from './store-error.ts';

/** A record as the table has it. */
export interface Row {
  readonly id: string;
  readonly expiresAt: number;
  readonly content: { readonly text: string } | Sealed;
}

const COLUMNS = 'id, expires_at, key, value';

/** Columns of `record` that hold what it is found by: the values of a kind's indexes, in the order of its names. */
const INDEX_COLUMNS = ['index_1', 'index_2', 'index_3'] as const;

const INDEXES = INDEX_COLUMNS.join(', ');

const SET_INDEXES = INDEX_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ');

const INSERT = `
  INSERT INTO record (kind, id, expires_at, key, value, ${INDEXES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (kind, id) DO UPDATE
  SET expires_at = excluded.expires_at, key = excluded.key, value = excluded.value, ${SET_INDEXES}`;

/** What has the value of one index; named, since the planner would rather read every record of the kind. */
const foundBy = (column: string): string =>
  `FROM record INDEXED BY record_${column} WHERE kind = ? AND ${column} = ? AND expires_at > ? ORDER BY id`;

type StatementName =
  | 'get'
  | 'take'
  | 'list'
  | 'listIds'
  | 'count'
  | 'put'
  | 'putIfAbsent'
  | 'replace'
  | 'delete'
  | 'touch'
  | 'purge'
  | 'ended'
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'ping'
  | 'probe'
  | 'version';

/** Every statement of the store. The `?` that comes last is the time, or a number of rows. */
const SQL: { readonly [name in StatementName]: string } = {
  get: `SELECT ${COLUMNS} FROM record WHERE kind = ? AND id = ? AND expires_at > ?`,
  take: `DELETE FROM record WHERE kind = ? AND id = ? AND expires_at > ? RETURNING ${COLUMNS}`,
  list: `SELECT ${COLUMNS} FROM record
         WHERE kind = ? AND id > ? AND expires_at > ? ORDER BY id LIMIT ?`,
  listIds: 'SELECT id FROM record WHERE kind = ? AND id > ? AND expires_at > ? ORDER BY id LIMIT ?',
  /** Named, since the planner would rather read every record of the kind. */
  count: 'SELECT count(*) FROM record INDEXED BY record_end WHERE kind = ? AND expires_at > ?',
  put: INSERT,
  /** A record that has ended gives way. */
  putIfAbsent: `${INSERT} WHERE record.expires_at <= ?`,
  replace: `UPDATE record SET key = ?, value = ?, (${INDEXES}) = (?, ?, ?)
            WHERE kind = ? AND id = ? AND expires_at > ?`,
  delete: 'DELETE FROM record WHERE kind = ? AND id = ?',
  touch: 'UPDATE record SET expires_at = ? WHERE kind = ? AND id = ? AND expires_at > ?',
  /** Kinds are few: each is a step from the one before, and not a read of all records. */
  purge: `WITH RECURSIVE kinds (kind) AS (
            SELECT min(kind) FROM record
            UNION ALL
            SELECT (SELECT min(kind) FROM record WHERE kind > kinds.kind) FROM kinds
            WHERE kinds.kind IS NOT NULL)
          DELETE FROM record WHERE number IN (
            SELECT number FROM kinds CROSS JOIN record INDEXED BY record_end
            WHERE kinds.kind <> ? AND record.kind = kinds.kind AND record.expires_at <= ? LIMIT ?)`,
  ended: `SELECT ${COLUMNS} FROM record INDEXED BY record_end
          WHERE kind = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?`,
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  ping: 'SELECT max(version) FROM migration',
  /** More than a sign-in writes, so that it fits nowhere that one does not; it has ended, and is purged with what has. */
  probe: `INSERT INTO record (kind, id, expires_at, value) VALUES ('probe', '', 0, zeroblob(65536))
          ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value`,
  version: 'PRAGMA data_version',
};

/** The statements of one connection, compiled once. Rows come as arrays. */
export type Statements = { readonly [name in StatementName]: StatementSync } & {
  /** For each index of a kind, in the order of its names. */
  readonly find: readonly StatementSync[];
  /** Likewise, for ids alone. */
  readonly findIds: readonly StatementSync[];
};

/** Compiles all statements. */
export function prepareStatements(database: DatabaseSync): Statements {
  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  return {
    get: prepare(SQL.get),
    take: prepare(SQL.take),
    find: INDEX_COLUMNS.map((column) => prepare(`SELECT ${COLUMNS} ${foundBy(column)}`)),
    findIds: INDEX_COLUMNS.map((column) => prepare(`SELECT id ${foundBy(column)}`)),
    list: prepare(SQL.list),
    listIds: prepare(SQL.listIds),
    count: prepare(SQL.count),
    put: prepare(SQL.put),
    putIfAbsent: prepare(SQL.putIfAbsent),
    replace: prepare(SQL.replace),
    delete: prepare(SQL.delete),
    touch: prepare(SQL.touch),
    purge: prepare(SQL.purge),
    ended: prepare(SQL.ended),
    begin: prepare(SQL.begin),
    commit: prepare(SQL.commit),
    rollback: prepare(SQL.rollback),
    ping: prepare(SQL.ping),
    probe: prepare(SQL.probe),
    version: prepare(SQL.version),
  };
}

/** @throws {StoreError} `STORE_DAMAGED` for a row that no statement of ours wrote. */
export function readRow(row: unknown): Row {
  if (!Array.isArray(row)) throw damaged();
  const [id, expiresAt, key, value]: unknown[] = row;
  if (typeof id !== 'string' || typeof expiresAt !== 'number') throw damaged();
  return { id, expiresAt, content: readContent(key, value) };
}

/** Without a key the value is text; with one, sealed bytes. */
function readContent(key: unknown, value: unknown): Row['content'] {
  if (key === null && typeof value === 'string') return { text: value };
  if (typeof key === 'string' && value instanceof Uint8Array) return { key, bytes: value };
  throw damaged();
}

/** The first column of a row, as a number. */
export function readNumber(row: unknown): number {
  const value: unknown = Array.isArray(row) ? row[0] : undefined;
  if (typeof value === 'number') return value;
  throw damaged();
}

/** The first column of a row, as text. */
export function readText(row: unknown): string {
  const value: unknown = Array.isArray(row) ? row[0] : undefined;
  if (typeof value === 'string') return value;
  throw damaged();
}

/** What is said of a row that no statement of ours wrote. */
export function damaged(): StoreError {
  return new StoreError(
    'STORE_DAMAGED',
    'a row of the database is not of the form that it must have',
    {
      next: 'Stop the gateway, move the database file away and restore a backup.',
    },
  );
}
