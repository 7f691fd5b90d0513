import type { Cloud } from '../clouds.ts';
import { locateScope, type Tenant } from '../tenant/tenant.ts';
import { found } from './found.ts';

/** Who consented to what. Scopes are written as in a request: `User.Read`, `https://…/user_impersonation`. */
export class ConsentsControl {
  readonly #tenant: Tenant;
  readonly #cloud: Cloud;

  constructor(tenant: Tenant, cloud: Cloud) {
    this.#tenant = tenant;
    this.#cloud = cloud;
  }

  /**
   * Consents, for one person or for everybody.
   *
   * @param person Object id, UPN, or `everyone` for the consent of an administrator.
   * @throws {EntradaError} `EMULATOR_UNKNOWN` for nobody's name, `EMULATOR_SEED_INVALID` for no resource's scope.
   */
  grant(person: string, appId: string, scopes: readonly string[]): void {
    for (const scope of scopes) {
      const { resourceId, value } = locateScope(this.#tenant, this.#cloud, scope);
      this.#tenant.consents.grant(this.#who(person), appId.toLowerCase(), resourceId, [value]);
    }
  }

  /**
   * Takes consent back; without scopes all of it.
   *
   * @throws {EntradaError} `EMULATOR_UNKNOWN` for nobody's name, `EMULATOR_SEED_INVALID` for no resource's scope.
   */
  revoke(person: string, appId: string, scopes?: readonly string[]): void {
    const { consents } = this.#tenant;
    const [who, application] = [this.#who(person), appId.toLowerCase()];
    if (scopes === undefined) consents.revokeAll(who, application);
    for (const scope of scopes ?? []) {
      const { resourceId, value } = locateScope(this.#tenant, this.#cloud, scope);
      consents.revoke(who, application, resourceId, [value]);
    }
  }

  /** Nobody consented to anything. */
  clear(): void {
    this.#tenant.consents.clear();
  }

  #who(person: string): string {
    if (person === 'everyone') return person;
    return found(this.#tenant.directory.person(person), 'person', person).oid;
  }
}
