import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { systemClock } from '../../clock.ts';
import type { Config, EntraIdConfig } from '../../config/config.ts';
import { isEntradaError, systemCode } from '../../errors.ts';
import type { EntraId } from '../../entra/entra-id.ts';
import type { Plan } from '../../entra/flow.ts';
import { createEntraIds } from '../../gateway.ts';
import { createLog } from '../../log.ts';
import { Net } from '../../net/net.ts';
import { tenantsOf } from '../../server/tenants.ts';
import { IN_MEMORY } from '../../store/database-file.ts';
import { openInMemory, openSqlite } from '../../store/sqlite.ts';
import { change, type Finding, type Line, ok } from './finding.ts';
import { setupLines } from './setup-lines.ts';
import { tenantLines } from './tenant-lines.ts';

/** What was found out without a person, and what a method asks Entra for. */
export interface Connected {
  readonly findings: readonly Finding[];
  /** By id of the method. */
  readonly plans: ReadonlyMap<string, Plan>;
}

/** Asks the hosts of every method, by its own proxy, and opens the store. Changes nothing there. */
export async function connect(config: Config): Promise<Connected> {
  await using net = new Net();
  const store = openInMemory(systemClock); // which tenant was seen here is not for the gateway
  const log = createLog({ pretty: false, level: 'silent' });
  const entra = createEntraIds(config, net, store, systemClock, log);
  const plans = new Map<string, Plan>();
  const lines = await Promise.all(
    tenantsOf(config).map(async (method): Promise<readonly Finding[]> => {
      const found = entra.get(method.id);
      return found === undefined ? [] : of(method.id, await examineMethod(method, found, plans));
    }),
  );
  await store[Symbol.asyncDispose]();
  return { findings: [...of(null, [await storeLine(config)]), ...lines.flat()], plans };
}

/** Gives lines their method. */
export const of = (method: string | null, lines: readonly Line[]): readonly Finding[] =>
  lines.map((line) => ({ method, ...line }));

async function examineMethod(
  method: EntraIdConfig,
  entra: EntraId,
  plans: Map<string, Plan>,
): Promise<readonly Line[]> {
  const found = await entra.examine();
  plans.set(method.id, found.plan);
  return [...tenantLines(method, found), ...setupLines(method, entra, found.plan, systemClock)];
}

/** A database that is not there yet is not made: it would belong to whoever checks, and not to the gateway. */
async function storeLine({ store: { path }, keys }: Config): Promise<Line> {
  const isThere = existsSync(path);
  try {
    await using store = openSqlite(isThere ? path : IN_MEMORY, { keys, clock: systemClock });
    await store.ping();
    return isThere ? ok('store', path) : newStoreLine(path);
  } catch (error) {
    if (!isEntradaError(error)) throw error;
    const next = error.next ?? 'Check the file and its owner.';
    return change('store', `${error.code}: ${error.message}`, next);
  }
}

/** Whether the file, and the folders that it lacks, can be made. */
function newStoreLine(path: string): Line {
  let folder = dirname(path);
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  try {
    accessSync(`${folder}/`, constants.W_OK | constants.X_OK);
    return ok('store', `${path}: the gateway makes it when it starts`);
  } catch (error) {
    const says = `STORE_UNAVAILABLE: ${path}: ${folder} cannot be written to (${systemCode(error)})`;
    return change('store', says, 'Let the folder belong to the user that runs the gateway.');
  }
}
