/**
 * An extension wants to know by the time that a function takes whether it was run for somebody else before: a code cache that
 * is made after a run has in it what was compiled for that run.
 */
import test from 'ava';

import { FrameReader, MAX_FRAME_TO_RUNNER } from '../../src/extensions/frames.ts';
import { startWorld, writeExtension } from '../_support/world.ts';

interface Load {
  readonly type: string;
  readonly extension: string;
  readonly cache: string;
  readonly platformCache: string;
}

/** What the gateway tells a runner to load; what runners say are no whole frames. */
function loadIn(frame: Buffer): readonly Load[] {
  try {
    const messages = new FrameReader(MAX_FRAME_TO_RUNNER).push(frame) as readonly Load[];
    return messages.filter(({ type }) => type === 'load');
  } catch {
    return [];
  }
}

/** A function of which V8 compiles nothing before it is called. */
const RARE = `function rare(n) { ${'n = Math.imul(n ^ 7, 31);\n'.repeat(3_000)} return n; }`;

const TWO_WAYS = `${RARE}
export default { decide: ({ principal }) =>
  principal.username === 'jane' && rare(1) === 0.5 ? { decision: 'deny', code: 'no' } : { decision: 'allow' },
};`;

test('what was run for one person is in no code cache that is used for another', async (t) => {
  const loads: Load[] = [];
  const source = writeExtension(t, 'two-ways', TWO_WAYS);
  const world = await startWorld(t, {
    extensions: [{ source }],
    tap: (frame) => void loads.push(...loadIn(frame)),
  });
  t.true((await world.signIn('jane@contoso.example')).signedIn);
  t.true((await world.signIn('lena@contoso.example')).signedIn);
  const [pid = 0] = world.gateway.runners;
  process.kill(pid, 'SIGKILL');
  t.true((await world.signIn('lena@contoso.example')).signedIn);
  t.true(loads.length > 1, 'the one runner, and those in its place');
  const caches = loads.map(({ cache, platformCache }) => [cache, platformCache]);
  for (const later of caches) t.deepEqual(later, caches[0], 'nothing was added by what was run');
  t.true(caches.flat().every((cache) => cache.length > 1_000));
  t.true(caches[0]![0]!.length < RARE.length, 'the function itself is not in it');
});
