import { EntradaError } from '../errors.ts';

/** The codes of this layer. */
export type StoreErrorCode =
  | 'STORE_UNAVAILABLE'
  | 'STORE_UNREADABLE'
  | 'STORE_CONFLICT'
  | 'STORE_FOREIGN'
  | 'STORE_DAMAGED';

/** The store did not do its part. The message never holds a record's content. */
export class StoreError extends EntradaError {
  declare readonly code: StoreErrorCode;

  constructor(
    code: StoreErrorCode,
    message: string,
    details: { readonly next?: string; readonly cause?: unknown } = {},
  ) {
    super(code, message, details);
  }
}

/** How SQLite's primary result codes are called here. What is not listed is `STORE_UNAVAILABLE`. */
const CODES: { readonly [errcode: number]: StoreErrorCode } = {
  11: 'STORE_DAMAGED', // SQLITE_CORRUPT
  26: 'STORE_FOREIGN', // SQLITE_NOTADB
};

const NEXT: { readonly [code in StoreErrorCode]?: string } = {
  STORE_UNAVAILABLE:
    'Check that the folder exists, belongs to the gateway, has free space, and that no other program holds a lock.',
  STORE_DAMAGED: 'Stop the gateway, move the database file away and restore a backup.',
  STORE_FOREIGN: 'Let `store` name another file, or move this one away.',
};

/**
 * Says in our words why SQLite failed. Other errors pass: they are faults of the program.
 *
 * @param path The database file, for the message.
 * @see https://www.sqlite.org/rescode.html
 */
export function toStoreError(error: unknown, path: string): unknown {
  const errcode = sqliteCode(error);
  if (errcode === undefined) return error;
  const code = CODES[errcode & 0xff] ?? 'STORE_UNAVAILABLE';
  const reason = error instanceof Error ? error.message : 'no reason given';
  const next = NEXT[code];
  return new StoreError(code, `${path}: ${reason} (SQLite ${errcode})`, {
    cause: error,
    ...(next === undefined ? {} : { next }),
  });
}

/** Another connection has the lock (SQLITE_BUSY). */
export function isBusy(error: unknown): boolean {
  const errcode = sqliteCode(error);
  return errcode !== undefined && (errcode & 0xff) === 5;
}

/** SQLite's result code of an error of `node:sqlite`; 0 for one that Node raised itself, as of a closed database. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if (error.code === 'ERR_INVALID_STATE') return 0;
  if (error.code !== 'ERR_SQLITE_ERROR') return undefined;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0;
}
