import test from 'ava';

import { CodeCaches } from '../../../src/extensions/pool/code-caches.ts';
import { loadPlatform } from '../../../src/extensions/load-platform.ts';

const IDLE_MS = 300;

test('who is asked for code caches does not end over it, however many pools started before', async (t) => {
  await using caches = new CodeCaches({
    platform: await loadPlatform(),
    jitless: false,
    idleMs: IDLE_MS,
  });
  for (let pool = 0; pool < 3; pool++) caches.prepare();
  const until = performance.now() + 2 * IDLE_MS;
  for (let n = 0; performance.now() < until; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that it never rests
    t.truthy(await caches.of(`extension-${n}`, '(function () { return {}; })'));
  }
});
