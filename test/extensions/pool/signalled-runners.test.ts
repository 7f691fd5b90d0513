/** Signals that a terminal or a service manager sends to every process of a gateway. */
import test from 'ava';

import { Laboratory } from '../../../src/extensions/doctor/laboratory.ts';
import { loadPlatform } from '../../../src/extensions/load-platform.ts';

const ANSWER = JSON.stringify({ ok: true, value: null });

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  test(`a runner that is sent ${signal} with all processes of its gateway ends what it has begun`, async (t) => {
    await using laboratory = await Laboratory.open({ platform: await loadPlatform() });
    await laboratory.load('waits', `await ctx.share('a', 1); return { decision: 'allow' };`);
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const answer = async (): Promise<string> => {
      asked.resolve();
      await answered.promise;
      return ANSWER;
    };
    const running = laboratory.run('waits', { answer, limits: { wallMs: 20_000 } });
    await asked.promise;
    for (const pid of laboratory.pool.pids) process.kill(pid, signal);
    await new Promise((resolve) => setTimeout(resolve, 200)); // longer than a process takes to die of it
    answered.resolve();
    t.like(await running, { outcome: { ok: true, result: '{"decision":"allow"}' } });
    t.deepEqual(laboratory.events, []);
  });
}
