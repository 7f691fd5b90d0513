import { isEntradaError } from '../errors.ts';
import type { Kind, Store } from '../store/store.ts';
import { EntraSetupError } from './entra-error.ts';
import type { EntraLog } from './entra-log.ts';
import { isGuid } from './guid.ts';

/** The tenant that a domain name meant when it was first looked up. */
interface TenantPin {
  readonly tenantId: string;
}

const TENANT_PIN: Kind<TenantPin> = { name: 'entra-tenant-pin', sealed: false, indexes: [] };

/** Year 9999: a pin ends when the operator writes the GUID, or removes the record. */
const NEVER = 253_402_300_799_000;

/**
 * Holds a method whose `directory_id` is a domain name to the tenant that was found first: a domain that lapses and is
 * verified by somebody else must not bring its new owner's people in.
 *
 * @throws {EntraSetupError} `ENTRA_TENANT_REFUSED` when the name means another tenant than before.
 */
export function createTenantPin(
  store: Store,
  method: string,
  directory: string,
  log: EntraLog,
): (tenantId: string) => Promise<void> {
  const id = `${method} ${directory}`;
  return async (tenantId) => {
    if (isGuid(directory)) return;
    const pinned = (await store.get(TENANT_PIN, id)) ?? (await pin(store, id, tenantId, log));
    if (pinned.value.tenantId !== tenantId) throw moved(directory, pinned.value.tenantId, tenantId);
  };
}

/** Of two gateways that pin at the same time, the first one's pin stands. */
async function pin(
  store: Store,
  id: string,
  tenantId: string,
  log: EntraLog,
): Promise<{ readonly value: TenantPin }> {
  const value: TenantPin = { tenantId };
  try {
    await store.commit(
      [{ op: 'put', kind: TENANT_PIN, id, value, expiresAt: NEVER, ifAbsent: true }],
      { durable: true },
    );
    log('info', 'directory_id is a domain name; it is held to this tenant from now on', {
      tenantId,
    });
    return { value };
  } catch (error) {
    const other = isEntradaError(error, 'STORE_CONFLICT')
      ? await store.get(TENANT_PIN, id)
      : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

function moved(directory: string, before: string, now: string): EntraSetupError {
  return new EntraSetupError(
    'ENTRA_TENANT_REFUSED',
    `${directory} meant tenant ${before} and now means ${now}`,
    { actor: 'operator', next: 'Write the GUID of the tenant that you mean into directory_id.' },
  );
}
