/**
 * A process of its own that writes to a store until it is killed or has done its rounds. Each round is one commit of two
 * records, `MARK-left` and `MARK-right`, with the number of the round; it prints the number after the commit.
 *
 * Arguments: path, mark, rounds, `durable` or `fast`, and when to open the store (milliseconds since 1970). The key is in
 * ENTRADA_TEST_KEY.
 */
import { flushCompileCache } from 'node:module';

import { Secret } from '../../src/config/secret.ts';
import { systemClock } from '../../src/clock.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Kind } from '../../src/store/store.ts';

/** What a writer puts. */
export const COUNTER: Kind<number> = { name: 'counter', sealed: true, indexes: ['mark'] };

const [path, mark, rounds, how, begin] = process.argv.slice(2);

flushCompileCache(); // who is killed leaves nothing to its successors otherwise

if (path !== undefined && mark !== undefined) {
  while (Date.now() < Number(begin)); // all at the same time: that is the test
  const keys = [{ id: 'k1', secret: new Secret(process.env['ENTRADA_TEST_KEY'] ?? '') }];
  await using store = openSqlite(path, { keys, clock: systemClock });
  const expiresAt = systemClock() + 3_600_000;
  for (let round = 1; round <= Number(rounds); round++) {
    const put = { op: 'put', kind: COUNTER, value: round, expiresAt, indexes: { mark } } as const;
    // oxlint-disable-next-line no-await-in-loop -- one commit after another is what is tested
    await store.commit(
      [
        { ...put, id: `${mark}-left` },
        { ...put, id: `${mark}-right` },
        { ...put, id: `${mark}-${round}` },
      ],
      { durable: how === 'durable' },
    );
    process.stdout.write(`${round}\n`);
  }
}
