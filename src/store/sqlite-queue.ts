import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { Clock } from '../clock.ts';
import { isEntradaError } from '../errors.ts';
import type {
  Claim,
  Message,
  MessageCount,
  MessagePage,
  NewMessage,
  Queue,
  Settlement,
} from './queue.ts';
import type { Sealer } from './seal.ts';
import { damaged, readNumber } from './statements.ts';
import type { Change } from './store.ts';

const COLUMNS = `message.id, message.queue, message.lane, message.subject, message.state, message.created_at,
  message.due_at, message.attempts, message.failures, message.held_until, message.failure, message.key, message.value`;

/** Due, held by nobody. */
const FREE = `message.queue = ? AND message.state = 'waiting' AND message.due_at <= ? AND message.held_until <= ?`;

/** Nothing of its lane was put there before it. */
const FIRST = `NOT EXISTS (
  SELECT 1 FROM message AS before
  WHERE before.lane = message.lane AND before.state = 'waiting' AND before.number < message.number)`;

type StatementName = keyof typeof SQL;

const SQL = {
  append: `INSERT INTO message (id, queue, lane, subject, state, created_at, due_at, key, value)
           VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  anyDue: `SELECT 1 FROM message WHERE ${FREE} LIMIT 1`,
  due: `SELECT ${COLUMNS} FROM message WHERE ${FREE} AND ${FIRST} ORDER BY message.due_at LIMIT ?`,
  hold: `UPDATE message SET holder = ?, held_until = ?, attempts = attempts + 1 WHERE id = ?`,
  extend: `UPDATE message SET held_until = ? WHERE id = ? AND holder = ?`,
  done: `DELETE FROM message WHERE id = ? AND holder = ?`,
  again: `UPDATE message SET holder = NULL, held_until = 0, due_at = ?, failures = failures + ?,
            failure = coalesce(?, failure) WHERE id = ? AND holder = ?`,
  /** What follows it would not be handed over anyway: it is not looked at before. */
  behind: `UPDATE message SET due_at = max(due_at, ?)
           WHERE state = 'waiting' AND lane = (SELECT lane FROM message WHERE id = ?)`,
  dead: `UPDATE message SET holder = NULL, held_until = 0, state = 'dead', due_at = ?, failures = failures + 1,
           failure = ? WHERE id = ? AND holder = ?`,
  unreadable: `UPDATE message SET state = 'dead', due_at = ?, failure = ? WHERE id = ?`,
  get: `SELECT ${COLUMNS} FROM message WHERE id = ?`,
  list: `SELECT ${COLUMNS} FROM message
         WHERE number > coalesce((SELECT number FROM message WHERE id = ?), 0)
           AND (? IS NULL OR state = ?) AND (? IS NULL OR queue = ?)
         ORDER BY number LIMIT ?`,
  startingWith: `SELECT ${COLUMNS} FROM message WHERE id >= ? AND id < ? ORDER BY number LIMIT ?`,
  replay: `UPDATE message SET state = 'waiting', due_at = ?, failures = 0
           WHERE id = ? AND held_until <= ?`,
  discard: 'DELETE FROM message WHERE id = ?',
  bury: `DELETE FROM message WHERE state = 'dead' AND due_at < ?`,
  count: 'SELECT queue, state, count(*) FROM message GROUP BY queue, state ORDER BY queue, state',
  waitingFor: `SELECT count(*) FROM message WHERE subject = ? AND state = 'waiting'`,
} as const;

/** What the queue needs of the store that it is a part of. */
export interface QueueParts {
  readonly database: DatabaseSync;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly read: <Result>(work: () => Result) => Result;
  readonly transaction: <Result>(work: () => Result, durable: boolean) => Result;
  readonly apply: (changes: readonly Change[]) => void;
}

/** Sorts behind every character of an id. */
const LAST = '\u{10FFFF}';

/** Sealed values are bound to this and the id of their message. */
const KIND = 'message';

/** Messages in a table of the store's database. */
export class SqliteQueue implements Queue {
  readonly #parts: QueueParts;
  readonly #compiled = new Map<StatementName, StatementSync>();

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** Puts a message there; within a transaction of the store. */
  append({ id, queue, lane, subject, value, dueAt }: NewMessage): void {
    const { sealer, clock } = this.#parts;
    const { key, bytes } = sealer.seal({ kind: KIND, id }, JSON.stringify(value));
    this.#sql('append').run(id, queue, lane, subject, clock(), dueAt, key, bytes);
  }

  async claim(queue: string, claim: Claim): Promise<readonly Message[]> {
    const now = this.#parts.clock();
    const any = this.#parts.read(() => this.#sql('anyDue').get(queue, now, now));
    // Only what there is to take is worth the lock that others would wait for.
    return any === undefined ? [] : this.#write(() => this.#claim(queue, claim, now));
  }

  async extend(
    holder: string,
    ids: readonly string[],
    heldUntil: number,
  ): Promise<readonly string[]> {
    return this.#write(() =>
      ids.filter((id) => this.#sql('extend').run(heldUntil, id, holder).changes === 1),
    );
  }

  async settle(
    id: string,
    holder: string,
    settlement: Settlement,
    changes: readonly Change[] = [],
  ): Promise<boolean> {
    const settled = (): boolean => {
      if (!this.#settle(id, holder, settlement)) return false;
      this.#parts.apply(changes);
      return true;
    };
    // What is put there for later must not be lost; a record of what was done is lost with the settlement of it, and made again.
    return this.#parts.transaction(settled, changes.some(isAppend));
  }

  async get(id: string): Promise<Message | undefined> {
    return this.#parts.read(() => {
      const row = this.#sql('get').get(id);
      return row === undefined ? undefined : this.#decode(row);
    });
  }

  async list({
    state = null,
    queue = null,
    after = '',
    limit,
  }: Omit<MessagePage, 'state' | 'queue'> & {
    readonly state?: string | null;
    readonly queue?: string | null;
  }): Promise<readonly Message[]> {
    return this.#parts.read(() =>
      this.#sql('list')
        .all(after, state, state, queue, queue, limit)
        .map((row) => this.#decode(row)),
    );
  }

  async startingWith(prefix: string, limit: number): Promise<readonly Message[]> {
    return this.#parts.read(() =>
      this.#sql('startingWith')
        .all(prefix, `${prefix}${LAST}`, limit)
        .map((row) => this.#decode(row)),
    );
  }

  async replay(id: string): Promise<boolean> {
    const now = this.#parts.clock();
    return this.#write(() => this.#sql('replay').run(now, id, now).changes === 1);
  }

  async discard(id: string): Promise<boolean> {
    return this.#write(() => this.#sql('discard').run(id).changes === 1);
  }

  async bury(before: number): Promise<number> {
    return this.#write(() => Number(this.#sql('bury').run(before).changes));
  }

  async count(): Promise<readonly MessageCount[]> {
    return this.#parts.read(() => this.#sql('count').all().map(readCount));
  }

  async waitingFor(subject: string): Promise<number> {
    return this.#parts.read(() => readNumber(this.#sql('waitingFor').get(subject)));
  }

  #claim(queue: string, { holder, heldUntil, limit }: Claim, now: number): readonly Message[] {
    const rows = this.#sql('due').all(queue, now, now, limit);
    return rows
      .map((row) => this.#decode(row))
      .filter((message) => {
        if (message.value === undefined) {
          this.#sql('unreadable').run(now, JSON.stringify(UNREADABLE), message.id);
          return false;
        }
        this.#sql('hold').run(holder, heldUntil, message.id);
        return true;
      })
      .map((message) => ({ ...message, attempts: message.attempts + 1, heldUntil }));
  }

  #settle(id: string, holder: string, settlement: Settlement): boolean {
    if (settlement.state === 'done') return this.#sql('done').run(id, holder).changes === 1;
    const failure = settlement.failure === undefined ? null : JSON.stringify(settlement.failure);
    if (settlement.state === 'dead') {
      return this.#sql('dead').run(this.#parts.clock(), failure, id, holder).changes === 1;
    }
    const { dueAt } = settlement;
    const failed = failure === null ? 0 : 1;
    if (this.#sql('again').run(dueAt, failed, failure, id, holder).changes !== 1) return false;
    this.#sql('behind').run(dueAt, id);
    return true;
  }

  #write<Result>(work: () => Result): Result {
    return this.#parts.transaction(work, false);
  }

  /** Compiled at first use: a gateway without extensions needs none of them. */
  #sql(name: StatementName): StatementSync {
    const known = this.#compiled.get(name);
    if (known) return known;
    const statement = this.#parts.database.prepare(SQL[name]);
    statement.setReturnArrays(true);
    this.#compiled.set(name, statement);
    return statement;
  }

  #decode(row: unknown): Message {
    const { sealed, ...message } = readMessage(row);
    return { ...message, value: this.#open(message.id, sealed) };
  }

  #open(id: string, sealed: { readonly key: string; readonly bytes: Uint8Array }): unknown {
    try {
      return JSON.parse(this.#parts.sealer.open({ kind: KIND, id }, sealed));
    } catch (error) {
      if (isEntradaError(error, 'STORE_UNREADABLE')) return undefined;
      throw error;
    }
  }
}

const isAppend = ({ op }: Change): boolean => op === 'append';

const UNREADABLE = {
  kind: 'unavailable',
  code: 'STORE_UNREADABLE',
  message: 'no configured key opens it',
  frames: [],
};

type SealedMessage = Omit<Message, 'value'> & {
  readonly sealed: { readonly key: string; readonly bytes: Uint8Array };
};

/** @throws {StoreError} `STORE_DAMAGED` for a row that no statement of ours wrote. */
function readMessage(row: unknown): SealedMessage {
  if (!Array.isArray(row)) throw damaged();
  const [id, queue, lane, subject, state, ...rest]: unknown[] = row;
  const [createdAt, dueAt, attempts, failures, heldUntil, failure, key, bytes] = rest;
  if (!(bytes instanceof Uint8Array)) throw damaged();
  return {
    id: text(id),
    queue: text(queue),
    lane: text(lane),
    subject: subject === null ? null : text(subject),
    state: stateOf(state),
    createdAt: number(createdAt),
    dueAt: number(dueAt),
    attempts: number(attempts),
    failures: number(failures),
    heldUntil: number(heldUntil),
    failure: failure === null ? null : JSON.parse(text(failure)),
    sealed: { key: text(key), bytes },
  };
}

function readCount(row: unknown): MessageCount {
  if (!Array.isArray(row)) throw damaged();
  const [queue, state, count]: unknown[] = row;
  return { queue: text(queue), state: stateOf(state), count: number(count) };
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw damaged();
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw damaged();
}

function stateOf(value: unknown): Message['state'] {
  if (value === 'waiting' || value === 'dead') return value;
  throw damaged();
}
