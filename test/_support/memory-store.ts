import type { Clock } from '../../src/clock.ts';
import { EntradaError } from '../../src/errors.ts';
import type { Queue } from '../../src/store/queue.ts';
import type { Change, Kind, Store, StoredRecord } from '../../src/store/store.ts';

interface Row {
  readonly json: string;
  expiresAt: number;
  readonly indexes: { readonly [name: string]: string };
}

/** A store in memory, with the contract of the real one: values go through JSON, ended records are absent. */
export interface MemoryStore extends Store {
  /** Everything that is stored, as text: to look for what must not be there. */
  dump(): string;
}

const noQueue = (): TypeError => new TypeError('this store has no queue; use openTestStore');

export function createMemoryStore(clock: Clock): MemoryStore {
  const kinds = new Map<string, Map<string, Row>>();
  const rowsOf = (kind: Kind<never>): Map<string, Row> => {
    const rows = kinds.get(kind.name) ?? new Map<string, Row>();
    kinds.set(kind.name, rows);
    return rows;
  };
  const live = (kind: Kind<never>, id: string): Row | undefined => {
    const row = rowsOf(kind).get(id);
    return row !== undefined && row.expiresAt > clock() ? row : undefined;
  };
  const open = <Value>(id: string, row: Row): StoredRecord<Value> => {
    const value: Value = JSON.parse(row.json);
    return { id, value, expiresAt: row.expiresAt };
  };
  const all = (kind: Kind<never>): readonly [string, Row][] =>
    [...rowsOf(kind)]
      .filter(([, { expiresAt }]) => expiresAt > clock())
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const apply = (change: Change): void => {
    if (change.op === 'append') throw noQueue();
    if (change.op === 'delete') {
      if (rowsOf(change.kind).delete(change.id)) change.followedBy?.forEach(apply);
      return;
    }
    const { value, indexes = {} } = change;
    const row = { json: JSON.stringify(value), indexes };
    const before = live(change.kind, change.id);
    const expiresAt = change.op === 'put' ? change.expiresAt : before?.expiresAt;
    if (expiresAt !== undefined) rowsOf(change.kind).set(change.id, { ...row, expiresAt });
  };
  const conflicts = (change: Change): boolean =>
    change.op === 'put' && change.ifAbsent === true && live(change.kind, change.id) !== undefined;

  return {
    get: async <Value>(kind: Kind<Value>, id: string) => {
      const row = live(kind, id);
      return row && open<Value>(id, row);
    },
    peek: () => undefined,
    take: async <Value>(kind: Kind<Value>, id: string) => {
      const row = live(kind, id);
      rowsOf(kind).delete(id);
      return row && open<Value>(id, row);
    },
    find: async <Value>(kind: Kind<Value>, index: string, value: string) =>
      all(kind)
        .filter(([, { indexes }]) => indexes[index] === value)
        .map(([id, row]) => open<Value>(id, row)),
    findIds: async (kind, index, value) =>
      all(kind)
        .filter(([, { indexes }]) => indexes[index] === value)
        .map(([id]) => id),
    list: async <Value>(
      kind: Kind<Value>,
      { after = '', limit }: { after?: string; limit: number },
    ) =>
      all(kind)
        .filter(([id]) => id > after)
        .slice(0, limit)
        .map(([id, row]) => open<Value>(id, row)),
    listIds: async (kind, { after = '', limit }) =>
      all(kind)
        .map(([id]) => id)
        .filter((id) => id > after)
        .slice(0, limit),
    count: async (kind) => all(kind).length,
    commit: async (changes) => {
      if (changes.some(conflicts)) throw new EntradaError('STORE_CONFLICT', 'a record is there');
      for (const change of changes) apply(change);
    },
    touch: async (kind, id, expiresAt) => {
      const row = live(kind, id);
      if (row !== undefined) row.expiresAt = expiresAt;
      return row !== undefined;
    },
    purge: async (except) => {
      const purged = [...kinds].filter(([name]) => name !== except?.name);
      const ended = purged.flatMap(([, rows]) =>
        [...rows].filter(([, { expiresAt }]) => expiresAt <= clock()).map(([id]) => ({ rows, id })),
      );
      for (const { rows, id } of ended) rows.delete(id);
      return ended.length;
    },
    ended: async <Value>(kind: Kind<Value>, limit: number) =>
      [...rowsOf(kind)]
        .filter(([, { expiresAt }]) => expiresAt <= clock())
        .slice(0, limit)
        .map(([id, row]) => open<Value>(id, row)),
    get queue(): Queue {
      throw noQueue();
    },
    ping: async () => {},
    dump: () => JSON.stringify([...kinds].map(([name, rows]) => [name, [...rows]])),
    [Symbol.asyncDispose]: async () => {},
  };
}
