import type { NewMessage, Queue } from './queue.ts';

/**
 * What Entrada keeps: records of a kind, found by id or by an index, each with an end. One interface for SQLite and,
 * later, Redis. A record is JSON; a kind that is `sealed` is encrypted at rest with the first of the configuration's
 * `keys`, and bound to its kind and id, so that a row copied to another place does not open.
 */
export interface Kind<Value> {
  readonly name: string;
  /** Encrypted at rest. */
  readonly sealed: boolean;
  /**
   * Names of the indexes that `find` may use, three at the most. Their order is that of the store's columns: a name that is
   * added comes last, and none moves. Index values are stored in clear: hash what must not be read.
   */
  readonly indexes: readonly [first?: string, second?: string, third?: string];
  /**
   * For what is read much more often than written: records are kept in memory until somebody changes them. A change of
   * another process is seen in the next turn of the event loop at the latest. `get` answers frozen objects, mostly the
   * same one, so that what was made from it may be kept beside it in a `WeakMap`.
   */
  readonly cached?: boolean;
  /** Only carries the type. */
  readonly value?: (value: Value) => void;
}

export interface StoredRecord<Value> {
  readonly id: string;
  readonly value: Value;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** One change of a commit. */
export type Change =
  | {
      readonly op: 'put';
      readonly kind: Kind<never>;
      readonly id: string;
      readonly value: unknown;
      readonly expiresAt: number;
      readonly indexes?: { readonly [name: string]: string };
      /** The put fails with `STORE_CONFLICT` when a record with this id exists. */
      readonly ifAbsent?: boolean;
      /**
       * The put fails with `STORE_CONFLICT` unless the record there has this very value; beside `ifAbsent`, there may be none,
       * too. Left out: any, or none.
       */
      readonly ifValue?: unknown;
    }
  /** Another value for a record that is there; its end stays. Does nothing when there is none, or it has ended. */
  | {
      readonly op: 'replace';
      readonly kind: Kind<never>;
      readonly id: string;
      readonly value: unknown;
      readonly indexes?: { readonly [name: string]: string };
    }
  | {
      readonly op: 'delete';
      readonly kind: Kind<never>;
      readonly id: string;
      /** Made only where there was a record, ended ones included: of two that delete it, one makes them. */
      readonly followedBy?: readonly Change[];
    }
  /** Puts a message into a queue. A commit with one is always durable. */
  | { readonly op: 'append'; readonly message: NewMessage };

/**
 * A record whose end has passed is absent for every method, whether or not it was purged.
 *
 * @throws {StoreError} `STORE_UNAVAILABLE` when the database does not answer, `STORE_UNREADABLE` when a sealed record does
 *   not open with any key, `STORE_DAMAGED` when the database contradicts itself.
 */
export interface Store extends AsyncDisposable {
  get<Value>(kind: Kind<Value>, id: string): Promise<StoredRecord<Value> | undefined>;
  /** What `get` would answer, at once, where it is in memory; undefined says nothing: `get` knows. */
  peek<Value>(kind: Kind<Value>, id: string): StoredRecord<Value> | undefined;
  /** Reads and deletes in one step: of two that take at the same time, one gets it. */
  take<Value>(kind: Kind<Value>, id: string): Promise<StoredRecord<Value> | undefined>;
  find<Value>(
    kind: Kind<Value>,
    index: string,
    value: string,
  ): Promise<readonly StoredRecord<Value>[]>;
  /** Ids alone. Opens no record, so that what does not open any more can be found and deleted. */
  findIds(kind: Kind<never>, index: string, value: string): Promise<readonly string[]>;
  /** By id, ascending, after `after`. */
  list<Value>(
    kind: Kind<Value>,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly StoredRecord<Value>[]>;
  /** Likewise, ids alone: opens no record, either. */
  listIds(
    kind: Kind<never>,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<readonly string[]>;
  count(kind: Kind<never>): Promise<number>;
  /** All changes or none. `durable` waits until the disk has them. */
  commit(changes: readonly Change[], options?: { readonly durable?: boolean }): Promise<void>;
  /** Moves the end of a record; false when there is none. */
  touch(kind: Kind<never>, id: string, expiresAt: number): Promise<boolean>;
  /**
   * Removes ended records, a bounded number a call; answers how many. What was removed or replaced before, sealed bytes
   * included, is in no file any more after a call that answers 0.
   *
   * @param except A kind whose ended records somebody else removes, after doing what is to be done about them.
   */
  purge(except?: Kind<never>): Promise<number>;
  /** Records whose end has passed and that were not removed yet; without a value where none of the keys opens it. */
  ended<Value>(
    kind: Kind<Value>,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly value: Value | undefined }[]>;
  /** Messages that wait to be handed over. */
  readonly queue: Queue;
  /** Does nothing but reach the database; where something failed last, it is written to as well. */
  ping(): Promise<void>;
}
