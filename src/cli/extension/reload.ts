import { z } from 'zod';

import { askGateway, gatewayRuns } from '../admin-client.ts';
import { EXIT, Exit } from '../exit.ts';
import { mark, say } from '../say.ts';

/** Building, and the fixtures of every version that is new. Unit: milliseconds. */
const RELOAD_MS = 120_000;

const RELOADED = z.object({
  ok: z.boolean(),
  taken: z.array(
    z.object({ name: z.string(), version: z.string(), asks: z.array(z.string()).default([]) }),
  ),
  refused: z.array(z.string()),
});

/** Tells a gateway that runs with a configuration to take what is approved now; nothing where none runs. */
export async function tellReload(config: string): Promise<void> {
  if (!(await gatewayRuns(config))) return;
  const { ok, taken, refused } = await askGateway(config, 'POST', '/reload', RELOADED, {
    answerMs: RELOAD_MS,
  });
  for (const { name, version, asks } of taken) {
    say(`${mark('ok')} the gateway runs ${name} ${version}`);
    for (const what of asks) say(`  + ${what}`);
  }
  for (const why of refused) say(`${mark('error')} the gateway goes on as before: ${why}`);
  if (ok) return;
  throw new Exit(EXIT.failed);
}
