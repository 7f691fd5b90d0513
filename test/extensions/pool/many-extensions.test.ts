import test from 'ava';

import { loadPlatform } from '../../../src/extensions/load-platform.ts';
import { DEFAULT_LIMITS } from '../../../src/extensions/limits.ts';
import { RunnerPool } from '../../../src/extensions/pool.ts';

const COUNT = 100;

test('of a hundred extensions that are loaded at once, each is in every runner', async (t) => {
  const events: string[] = [];
  await using pool = new RunnerPool({
    platform: await loadPlatform(),
    jitless: false,
    runners: 2,
    caches: null,
    report: (event) => void events.push(event),
  });
  await pool.start();
  const names = Array.from({ length: COUNT }, (_, index) => `extension-${index}`);
  await Promise.all(
    names.map((extension) =>
      pool.load({
        type: 'load',
        extension,
        source: `(function () { return { decide: () => ({ decision: '${extension}' }) }; })`,
        memoryMb: DEFAULT_LIMITS.memoryMb,
      }),
    ),
  );
  t.deepEqual(
    events.filter((event) => event !== 'runner_recycled'),
    [],
  );
});
