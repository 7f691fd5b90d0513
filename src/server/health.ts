import type { Server } from 'node:http';

import type { Answer } from './answer.ts';
import type { Parts, ReadyCheck } from './parts.ts';
import { createPlainServer } from './plain-server.ts';
import { giveAsset, giveJson, statusOf } from './respond.ts';

/** How long a check may take before it counts as failed. Unit: milliseconds. */
const CHECK_MS = 2000;

/**
 * `/healthz` (the process answers), `/readyz` (every part that it needs does) and `/metrics`, on an address of their own:
 * none of it is for the people who sign in.
 */
export function createHealthServer(
  checks: readonly ReadyCheck[],
  { log, metrics }: Pick<Parts, 'log' | 'metrics'>,
): Server {
  return createPlainServer(
    [
      { method: 'GET', path: /^\/healthz$/, handle: async () => giveJson({ ok: true }) },
      { method: 'GET', path: /^\/readyz$/, handle: () => readiness(checks) },
      { method: 'GET', path: /^\/metrics$/, handle: async () => text(await metrics.expose()) },
    ],
    log,
  );
}

async function readiness(checks: readonly ReadyCheck[]): Promise<Answer> {
  const results = await Promise.all(checks.map(run));
  const ok = results.every((result) => result.ok);
  const answer = giveJson({ ok, checks: results });
  return ok ? answer : { ...answer, status: statusOf('SERVER_NOT_READY') };
}

/** Says which part is not ready and nothing of why: that is in the log of the part. */
async function run(one: ReadyCheck): Promise<{ name: string; ok: boolean }> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('too late')), CHECK_MS).unref();
  });
  const ok = await Promise.race([one.check(), late]).then(
    () => true,
    () => false,
  );
  return { name: one.name, ok };
}

function text(body: string): Answer {
  const answer = giveAsset('text/plain; version=0.0.4; charset=utf-8', body);
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}
