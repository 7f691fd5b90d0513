import { randomBytes, randomUUID } from 'node:crypto';

import { type Clock, systemClock } from '../clock.ts';
import { type Emulator, startEmulator, type TenantControl } from '../emulator/index.ts';
import type { EmulatorOptions } from '../emulator/emulator-options.ts';
import { EntradaError } from '../errors.ts';
import { z } from 'zod';

import { header, type HttpClient, text } from '../net/http.ts';
import { Net } from '../net/net.ts';
import { type MadeUp, type MadeUpSignIn, madeUpSignIn } from './made-up.ts';

/** Gives the access token of a resource, with at least these scopes; undefined when there is none for it. */
export type TestTokens = (
  resource: string,
  scopes: readonly string[],
) => Promise<string | undefined>;

/** Somebody of an emulated tenant. */
export interface TenantPerson {
  /** `http` and `tokens` of a test host: the emulated APIs, and tokens that the tenant really issues to this person. */
  readonly backend: { readonly http: HttpClient; readonly tokens: TestTokens };
  /** A sign-in of this person: ids and names are those of the tenant, security groups too; the rest is made up. */
  readonly signIn: (given?: MadeUp) => MadeUpSignIn;
}

/** An emulated tenant with Graph and Azure Storage, for test hosts. */
export interface TestTenant extends AsyncDisposable {
  /** Directory, policies, switches for faults. */
  readonly emulator: Emulator;
  readonly tenant: TenantControl;
  /** Reaches the emulated APIs by their real origins, over TLS. */
  readonly http: HttpClient;
  /**
   * @param name Object id, UPN or mail address.
   * @throws {EntradaError} `EMULATOR_UNKNOWN`
   */
  person(name: string): TenantPerson;
}

const REDIRECT_URI = 'https://extension.test/signed-in';

/**
 * Starts the emulator for tests of an extension: Contoso, unless the options say otherwise.
 *
 * ```ts
 * await using contoso = await startTenant();
 * const jane = contoso.person('jane@contoso.example');
 * await using host = await createTestHost({ extension, ...jane.backend });
 * const { decision } = await host.decide(jane.signIn());
 * ```
 */
export async function startTenant(
  options: EmulatorOptions & { readonly clock?: Clock } = {},
): Promise<TestTenant> {
  const emulator = await startEmulator({ clock: systemClock, ...options });
  const net = new Net();
  const route = { proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'public' } as const;
  const http = net.client(route, emulator.authority.map);
  const desk = new TokenDesk(emulator, net.client({ ...route, addresses: 'any' }));
  return {
    emulator,
    tenant: emulator.tenant(),
    http,
    person: (name) => personOf(emulator.tenant(), desk, http, name),
    [Symbol.asyncDispose]: async () => {
      await net[Symbol.asyncDispose]();
      await emulator.close();
    },
  };
}

function personOf(
  tenant: TenantControl,
  desk: TokenDesk,
  http: HttpClient,
  name: string,
): TenantPerson {
  const { oid } = tenant.people.get(name);
  return {
    backend: { http, tokens: (resource, scopes) => desk.token(oid, resource, scopes) },
    signIn: (given = {}) => {
      const { upn, displayName, mail, givenName, surname } = tenant.people.get(oid);
      const claims = { preferred_username: upn, given_name: givenName, family_name: surname };
      return madeUpSignIn({
        username: upn,
        oid,
        tid: tenant.id,
        upn,
        name: displayName,
        ...(mail === null ? {} : { email: mail }),
        claims: Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null)),
        ...given,
      });
    },
  };
}

/** What signing somebody in over the wire takes at the most. Units: bytes, milliseconds. */
const EXCHANGE = { maxBytes: 1024 * 1024, timeoutMs: 15_000 } as const;

const ANSWER = z.union([
  z.object({ access_token: z.string() }),
  z.object({ error_description: z.string() }),
]);

/** Signs people in as an application of the tests, by authorization code, and keeps what it was given. */
class TokenDesk {
  readonly #emulator: Emulator;
  readonly #http: HttpClient;
  readonly #tokens = new Map<string, Promise<string>>();
  /** Who signs in without a page is one setting of the tenant: one at a time. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(emulator: Emulator, http: HttpClient) {
    this.#emulator = emulator;
    this.#http = http;
  }

  token(oid: string, resource: string, scopes: readonly string[]): Promise<string> {
    const wanted = scopes.length === 0 ? [`${resource}/.default`] : scopes.map(qualify(resource));
    const key = [oid, ...wanted].join(' ');
    const known = this.#tokens.get(key);
    if (known) return known;
    const token = this.#busy.then(() => this.#issue(oid, wanted));
    this.#busy = token.catch(() => undefined);
    this.#tokens.set(key, token);
    return token;
  }

  async #issue(oid: string, scopes: readonly string[]): Promise<string> {
    const application = { appId: randomUUID(), secret: randomBytes(24).toString('base64url') };
    const tenant = this.#emulator.tenant();
    tenant.applications.add({
      appId: application.appId,
      displayName: 'Extension under test',
      redirectUris: [REDIRECT_URI],
      secrets: [application.secret],
      permissions: scopes.filter((scope) => !scope.endsWith('/.default')),
      adminConsent: 'all',
    });
    const before = tenant.policies.autopilot;
    tenant.policies.autopilot = oid;
    try {
      const code = await this.#authorize(application.appId, scopes);
      return await this.#redeem(application, code, scopes);
    } finally {
      tenant.policies.autopilot = before;
    }
  }

  async #authorize(appId: string, scopes: readonly string[]): Promise<string> {
    const query = new URLSearchParams({
      client_id: appId,
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: scopes.join(' '),
      state: 'test',
    });
    const url = `${this.#endpoint('authorize')}?${query.toString()}`;
    const response = await this.#http({ method: 'GET', url, ...EXCHANGE });
    const location = new URL(header(response, 'location') ?? REDIRECT_URI);
    const code = location.searchParams.get('code');
    if (code !== null) return code;
    throw refused(location.searchParams.get('error_description') ?? text(response));
  }

  async #redeem(
    { appId, secret }: { readonly appId: string; readonly secret: string },
    code: string,
    scopes: readonly string[],
  ): Promise<string> {
    const form = {
      client_id: appId,
      client_secret: secret,
      grant_type: 'authorization_code',
      redirect_uri: REDIRECT_URI,
      scope: scopes.join(' '),
      code,
    };
    const response = await this.#http({
      method: 'POST',
      url: this.#endpoint('token'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      ...EXCHANGE,
    });
    const answer = ANSWER.parse(JSON.parse(text(response)));
    if ('access_token' in answer) return answer.access_token;
    throw refused(answer.error_description);
  }

  #endpoint(name: string): string {
    const { login, tenants } = this.#emulator;
    return `${login}/${tenants[0]}/oauth2/v2.0/${name}`;
  }
}

const qualify =
  (resource: string) =>
  (scope: string): string =>
    scope.includes('://') ? scope : `${resource}/${scope}`;

function refused(why: string): EntradaError {
  return new EntradaError(
    'EXTENSION_TEST_SIGN_IN',
    `the tenant gives no token: ${why.slice(0, 300)}`,
    {
      next: 'Check the scopes in the manifest, and the policies of the tenant.',
    },
  );
}
