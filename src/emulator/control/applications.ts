import type { Cloud } from '../clouds.ts';
import type { ApplicationSeed, SecretSeed } from '../seed.ts';
import {
  type Application,
  createApplication,
  readLogoutUrl,
  type RedirectUri,
} from '../tenant/application.ts';
import { createSecret } from '../tenant/credentials.ts';
import { locateScope, type Tenant } from '../tenant/tenant.ts';
import { refuseTwins } from '../tenant/twins.ts';
import type { EmulatorTime } from '../time.ts';
import { found } from './found.ts';

/** The applications of a tenant, by application id. */
export class ApplicationsControl {
  readonly #tenant: Tenant;
  readonly #time: EmulatorTime;
  readonly #cloud: Cloud;

  constructor(tenant: Tenant, time: EmulatorTime, cloud: Cloud) {
    this.#tenant = tenant;
    this.#time = time;
    this.#cloud = cloud;
  }

  get all(): readonly Application[] {
    return [...this.#tenant.applications.values()];
  }

  /** @throws {EntradaError} `EMULATOR_UNKNOWN` for an id that no application has. */
  get(appId: string): Application {
    return found(this.#tenant.applications.get(appId.toLowerCase()), 'application', appId);
  }

  /**
   * @throws {EntradaError} `EMULATOR_UNKNOWN` when it names somebody who is not there, `EMULATOR_SEED_INVALID` for an id
   *   that an application has and for a scope of no resource.
   */
  add(seed: ApplicationSeed): Application {
    const { applications, consents, directory, id: tenantId } = this.#tenant;
    const resolve = (name: string): string =>
      found(directory.person(name)?.oid ?? directory.group(name)?.id, 'person or group', name);
    const app = createApplication(seed, { tenantId, now: this.#time.now(), resolve });
    refuseTwins('applications of the id', [...applications.keys(), app.appId]);
    const consented = seed.adminConsent === 'all' ? app.permissions : (seed.adminConsent ?? []);
    // The scopes may be those of its own API.
    const within = { ...this.#tenant, applications: new Map([...applications, [app.appId, app]]) };
    const scopes = consented.map((scope) => locateScope(within, this.#cloud, scope));
    applications.set(app.appId, app);
    for (const { resourceId, value } of scopes)
      consents.grant('everyone', app.appId, resourceId, [value]);
    return app;
  }

  /**
   * @throws {EntradaError} `EMULATOR_UNKNOWN` for an id that no application has, `EMULATOR_SEED_INVALID` for a logout URL
   *   that is none.
   */
  update(appId: string, changes: Partial<Omit<Application, 'appId' | 'objectId'>>): Application {
    readLogoutUrl(changes.logoutUrl ?? null);
    return Object.assign(this.get(appId), changes);
  }

  /** Registers one more redirect URI. */
  addRedirectUri(appId: string, uri: string, platform: RedirectUri['platform'] = 'web'): void {
    const app = this.get(appId);
    app.redirectUris = [...app.redirectUris, { uri, platform }];
  }

  /** Adds a secret beside those that are there. */
  addSecret(appId: string, secret: string | SecretSeed): void {
    const app = this.get(appId);
    app.secrets = [...app.secrets, createSecret(secret, this.#time.now())];
  }

  /** Lets every secret be over. */
  expireSecrets(appId: string): void {
    const app = this.get(appId);
    app.secrets = app.secrets.map((secret) => ({ ...secret, expiresAt: this.#time.now() }));
  }
}
