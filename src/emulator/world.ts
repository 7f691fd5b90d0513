import type { AddressBook } from './addresses.ts';
import type { Cloud } from './clouds.ts';
import type { Faults } from './faults.ts';
import type { Drives } from './graph/drive/drives.ts';
import type { Journal } from './journal.ts';
import type { KeyRing } from './keys.ts';
import type { Grants } from './login/grants.ts';
import type { BrowserSessions } from './login/browser-sessions.ts';
import type { DeviceCodes } from './login/device-codes.ts';
import type { PendingSignIns } from './login/sign-in/pending.ts';
import type { Tenant } from './tenant/tenant.ts';
import type { Throttles } from './throttles.ts';
import type { EmulatorTime } from './time.ts';
import type { OpaqueTokens } from './tokens/opaque-tokens.ts';
import type { Variants } from './variants.ts';

/** Everything that one running emulator holds; handlers get it as their first argument. */
export interface World {
  readonly cloud: Cloud;
  readonly time: EmulatorTime;
  readonly addresses: AddressBook;
  /** By tenant id. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** In force where no tenant is known yet. */
  readonly variants: Variants;
  readonly keys: KeyRing;
  readonly sessions: BrowserSessions;
  readonly pending: PendingSignIns;
  readonly grants: Grants;
  readonly deviceCodes: DeviceCodes;
  readonly opaqueTokens: OpaqueTokens;
  readonly drives: Drives;
  readonly throttles: Throttles;
  readonly journal: Journal;
  readonly faults: Faults;
}

/** The tenant that a path segment names: by id or by one of its domains. */
export function findTenant(world: World, name: string): Tenant | undefined {
  const wanted = name.toLowerCase();
  return (
    world.tenants.get(wanted) ??
    [...world.tenants.values()].find(({ domains }) => domains.includes(wanted))
  );
}
