/**
 * A process of its own that does what a gateway does with events until it is killed: it commits causes, each with a message,
 * and hands messages over. What it did it appends to a file, a line at a time, which outlives it.
 *
 * - `committed N`: the cause N is in the store
 * - `told KEY`: a message was handed over; the key of what it leaves for itself ends with that of its own
 *
 * Arguments: path of the store, path of the file, mark, how many causes (`0`: none), length of leases in milliseconds. The
 * key is in ENTRADA_TEST_KEY.
 */
import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';

import { systemClock } from '../../src/clock.ts';
import { Secret } from '../../src/config/secret.ts';
import { Dispatcher } from '../../src/events/dispatcher.ts';
import type { NewMessage } from '../../src/store/queue.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Change, Kind, Store } from '../../src/store/store.ts';

/** What events are about. */
export const CAUSE: Kind<string> = { name: 'cause', sealed: false, indexes: [] };

export const QUEUE = 'worker';

/** Causes of so many sessions at the same time. */
const SESSIONS = 12;

const message = (id: string, lane: string): Change => ({
  op: 'append',
  message: { id, queue: QUEUE, lane, subject: lane, value: { id }, dueAt: 0 } satisfies NewMessage,
});

async function cause(store: Store, mark: string, number: number): Promise<string> {
  const id = `${mark}-${String(number).padStart(6, '0')}`;
  const expiresAt = systemClock() + 3_600_000;
  const put: Change = { op: 'put', kind: CAUSE, id, value: id, expiresAt };
  await store.commit([put, message(id, `${mark}-session-${number % SESSIONS}`)]);
  return id;
}

const [path, file, mark, causes, leaseMs] = process.argv.slice(2);

flushCompileCache(); // who is killed leaves nothing to its successors otherwise

if (path !== undefined && file !== undefined && mark !== undefined) {
  const keys = [{ id: 'k1', secret: new Secret(process.env['ENTRADA_TEST_KEY'] ?? '') }];
  await using store = openSqlite(path, { keys, clock: systemClock });
  const journal = openSync(file, 'a');
  const note = (line: string): void => void writeSync(journal, `${line}\n`);
  await using dispatcher = new Dispatcher({
    queue: store.queue,
    clock: systemClock,
    queues: () => [QUEUE],
    room: () => 4,
    handle: async ({ id, lane }) => {
      note(`told ${id}`);
      await pause(Math.random() * 3);
      // Each cause leads to one piece of work more, which has a key of its own.
      const changes = id.includes('/') ? [] : [message(`${randomUUID()}/${id}`, lane)];
      return { failure: null, changes };
    },
    settled: () => undefined,
    broken: (error) => {
      throw error;
    },
    leaseMs: Number(leaseMs),
    pollMs: 5,
  });
  process.stdout.write('ready\n');
  for (let number = 1; number <= Number(causes); number++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, with time for what follows
    note(`committed ${await cause(store, mark, number)}`);
    // oxlint-disable-next-line no-await-in-loop
    await pause(Math.random() * 6);
  }
  while ((await store.queue.count()).some(({ state }) => state === 'waiting')) {
    // oxlint-disable no-await-in-loop -- until nothing is left
    await dispatcher.idle();
    await pause(20);
    // oxlint-enable no-await-in-loop
  }
}
