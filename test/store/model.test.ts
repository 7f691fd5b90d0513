import test from 'ava';
import fc from 'fast-check';

import { isEntradaError } from '../../src/errors.ts';
import type { Kind, Store, StoredRecord } from '../../src/store/store.ts';
import { openTestStore, testClock } from '../_support/open-store.ts';

/** A store of one process, written to be obvious: what the real one must look like from outside. */
class Model {
  readonly #records = new Map<string, StoredRecord<number> & { readonly color: string }>();

  put(id: string, value: number, expiresAt: number, color: string): void {
    this.#records.set(id, { id, value, expiresAt, color });
  }

  delete(id: string): void {
    this.#records.delete(id);
  }

  touch(id: string, now: number, expiresAt: number): boolean {
    const record = this.get(id, now);
    if (record === undefined) return false;
    this.#records.set(id, { ...record, expiresAt });
    return true;
  }

  replace(id: string, now: number, value: number, color: string): void {
    const record = this.get(id, now);
    if (record !== undefined) this.#records.set(id, { ...record, value, color });
  }

  get(id: string, now: number): (StoredRecord<number> & { readonly color: string }) | undefined {
    const record = this.#records.get(id);
    return record !== undefined && record.expiresAt > now ? record : undefined;
  }

  all(now: number): readonly (StoredRecord<number> & { readonly color: string })[] {
    return [...this.#records.keys()].toSorted().flatMap((id) => this.get(id, now) ?? []);
  }
}

interface World {
  readonly store: Store;
  readonly model: Model;
  readonly kind: Kind<number>;
  readonly clock: ReturnType<typeof testClock>;
}

type Step = (world: World) => Promise<void>;

const plain = ({ id, value, expiresAt }: StoredRecord<number>): StoredRecord<number> => ({
  id,
  value,
  expiresAt,
});

const same = (actual: unknown, expected: unknown): void => {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`the store says ${left}, the model ${right}`);
};

const anyId = fc.constantFrom('a', 'b', 'c', 'd', 'ä', "'; DROP TABLE record; --");
const anyColor = fc.constantFrom('red', 'blue', '');
const anyLife = fc.integer({ min: -5, max: 30 });
const anyPut = fc.record({ id: anyId, value: fc.integer(), life: anyLife, color: anyColor });

const steps: readonly fc.Arbitrary<Step>[] = [
  fc.array(anyPut, { minLength: 1, maxLength: 4 }).map((puts) => async (world: World) => {
    const now = world.clock();
    await world.store.commit(
      puts.map(({ id, value, life, color }) => ({
        op: 'put' as const,
        kind: world.kind,
        id,
        value,
        expiresAt: now + life,
        indexes: { color },
      })),
    );
    for (const { id, value, life, color } of puts) world.model.put(id, value, now + life, color);
  }),
  anyPut.map(({ id, value, life, color }) => async ({ store, model, kind, clock }: World) => {
    const expiresAt = clock() + life;
    const change = { op: 'put' as const, kind, id, value, expiresAt, indexes: { color } };
    const refused = await store.commit([{ ...change, ifAbsent: true }]).then(
      () => false,
      (error: unknown) => isEntradaError(error, 'STORE_CONFLICT'),
    );
    same(refused, model.get(id, clock()) !== undefined);
    if (!refused) model.put(id, value, expiresAt, color);
  }),
  anyPut.map(({ id, value, color }) => async ({ store, model, kind, clock }: World) => {
    await store.commit([{ op: 'replace', kind, id, value, indexes: { color } }]);
    model.replace(id, clock(), value, color);
  }),
  anyId.map((id) => async ({ store, model, kind }: World) => {
    await store.commit([{ op: 'delete', kind, id }]);
    model.delete(id);
  }),
  anyId.map((id) => async ({ store, model, kind, clock }: World) => {
    const expected = model.get(id, clock());
    same(await store.take(kind, id), expected && plain(expected));
    if (expected) model.delete(id);
  }),
  fc.tuple(anyId, anyLife).map(([id, life]) => async ({ store, model, kind, clock }: World) => {
    const expiresAt = clock() + life;
    same(await store.touch(kind, id, expiresAt), model.touch(id, clock(), expiresAt));
  }),
  fc.integer({ min: 1, max: 10 }).map((ms) => async ({ clock }: World) => {
    clock.now += ms;
  }),
  fc.constant(async ({ store }: World) => {
    await store.purge();
  }),
];

/** Everything that can be seen of a store. */
async function compare({ store, model, kind, clock }: World): Promise<void> {
  const all = model.all(clock());
  same(await store.list(kind, { limit: 100 }), all.map(plain));
  same(await store.count(kind), all.length);
  for (const color of ['red', 'blue', '']) {
    const found = all.filter((record) => record.color === color);
    same(await store.find(kind, 'color', color), found.map(plain));
    same(
      await store.findIds(kind, 'color', color),
      found.map(({ id }) => id),
    );
  }
  for (const { id } of all) same(await store.get(kind, id), plain(model.get(id, clock())!));
}

for (const options of [
  { sealed: false, cached: false },
  { sealed: true, cached: true },
]) {
  test(`the store does what a plain map does (${JSON.stringify(options)})`, async (t) => {
    const clock = testClock();
    const store = openTestStore(t, { clock });
    let run = 0;
    const property = fc.asyncProperty(
      fc.array(fc.oneof(...steps), { maxLength: 30 }),
      async (way) => {
        const kind: Kind<number> = { name: `kind-${run++}`, indexes: ['color'], ...options };
        const world: World = { store, model: new Model(), kind, clock };
        for (const step of way) {
          await step(world);
          await compare(world);
        }
      },
    );
    await t.notThrowsAsync(fc.assert(property, { numRuns: 100 }));
  });
}
