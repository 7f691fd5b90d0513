import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import type { Config } from '../../config/config.ts';
import type { SignInRecord } from '../../session/record.ts';
import { startAddress } from '../../server/addresses.ts';
import { tenantsOf } from '../../server/tenants.ts';
import { askGateway } from '../admin-client.ts';
import { say } from '../say.ts';

/** The gateway is asked so often. Unit: milliseconds. */
const EVERY_MS = 1000;

/** What is used of a record; all else is of the gateway's own making, and not looked at. */
const RECORD = z.looseObject({
  id: z.string(),
  endedAt: z.number(),
  method: z.looseObject({ id: z.string() }),
});

const SIGN_INS = z.object({
  signIns: z.array(z.custom<SignInRecord>((value) => RECORD.safeParse(value).success)),
});

/**
 * Waits at the running gateway for one sign-in by each method.
 *
 * @param file Path of the configuration: its folder has the gateway's socket.
 * @returns By id of the method; what did not come in time is missing.
 */
export async function awaitSignIns(
  file: string,
  config: Config,
  forMs: number,
): Promise<ReadonlyMap<string, SignInRecord>> {
  const methods = tenantsOf(config);
  const seen = new Map<string, SignInRecord>();
  const since = Date.now();
  await ended(file, since); // a gateway that does not run is told before anybody is asked to sign in
  for (const url of addressesOf(config)) say(`Sign in, in a private window: ${url}`);
  while (seen.size < methods.length && Date.now() - since < forMs) {
    // oxlint-disable-next-line no-await-in-loop -- waiting is the point
    for (const record of await ended(file, since)) {
      if (record.outcome !== 'challenged') seen.set(record.method.id, record);
    }
    // oxlint-disable-next-line no-await-in-loop -- waiting is the point
    if (seen.size < methods.length) await sleep(EVERY_MS);
  }
  return seen;
}

async function ended(file: string, after: number): Promise<readonly SignInRecord[]> {
  const { signIns } = await askGateway(file, 'GET', `/sign-ins?after=${after}`, SIGN_INS);
  return signIns;
}

/** The link that begins, for each method, at the first service that has it. */
function addressesOf(config: Config): readonly string[] {
  const { services, server } = config;
  return tenantsOf(config).flatMap(({ id }) => {
    const service = services.find((one) => one.authentications.includes(id));
    return service === undefined
      ? []
      : [server.publicUrl + startAddress(service, id, service.path)];
  });
}
