import type { KeyRing } from '../keys.ts';
import type { Policies } from '../tenant/policies.ts';
import type { StorageAccount } from '../tenant/storage-account.ts';
import type { Tampering } from '../tamper/tampering.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Variants } from '../variants.ts';
import type { World } from '../world.ts';
import { ApplicationsControl } from './applications.ts';
import { ConsentsControl } from './consents.ts';
import { found } from './found.ts';
import { GroupsControl } from './groups.ts';
import { PeopleControl } from './people.ts';

/** One tenant, to read and to change while the emulator runs. */
export interface TenantControl {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  /** Verified domains; the first is the primary one. */
  readonly domains: readonly string[];
  /** `https://login…/ID/v2.0` */
  readonly issuer: string;
  readonly people: PeopleControl;
  readonly groups: GroupsControl;
  readonly applications: ApplicationsControl;
  readonly consents: ConsentsControl;
  /** What an administrator decided; assign to its members. */
  readonly policies: Policies;
  /** Points at which the real service is not known for certain; assign to its members. */
  readonly variants: Variants;
  /** Switches that make the emulator lie: `on`, `off`. */
  readonly tampering: Tampering;
  /** Signing keys; all tenants share them, as in Entra. */
  readonly keys: KeyRing;
  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for a name that no account has. */
  storage(name: string): StorageAccount;
}

/** The control of one tenant. */
export const tenantControl = (world: World, tenant: Tenant): TenantControl => ({
  id: tenant.id,
  name: tenant.name,
  domains: tenant.domains,
  issuer: `${world.addresses.login}/${tenant.id}/v2.0`,
  people: new PeopleControl(tenant, world.time),
  groups: new GroupsControl(tenant),
  applications: new ApplicationsControl(tenant, world.time, world.cloud),
  consents: new ConsentsControl(tenant, world.cloud),
  policies: tenant.policies,
  variants: tenant.variants,
  tampering: tenant.tampering,
  keys: world.keys,
  storage: (name) =>
    found(
      tenant.storage.find((account) => account.name === name),
      'storage account',
      name,
    ),
});
