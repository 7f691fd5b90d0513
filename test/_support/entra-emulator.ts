import type { EntraIdConfig } from '../../src/config/config.ts';
import {
  CONTOSO_APPLICATION_ID,
  CONTOSO_SECRET,
  CONTOSO_TENANT_ID,
  contoso,
  startEmulator,
  type Emulator,
  type TenantControl,
  type TenantSeed,
} from '../../src/emulator/index.ts';
import type { BeginRequest } from '../../src/entra/begin.ts';
import { createEntraId, type EntraId, type EntraIdDeps } from '../../src/entra/entra-id.ts';
import type { FinishedSignIn } from '../../src/entra/finish.ts';
import type { AuthorizationAnswer } from '../../src/entra/response.ts';
import { Net } from '../../src/net/net.ts';
import { EmulatorBrowser, formsOf } from './emulator-browser.ts';
import { CONFIG } from './entra-desk.ts';
import { passwords } from './entra-id-config.ts';
import { keptIdentity } from './kept-identity.ts';
import { createMemoryStore, type MemoryStore } from './memory-store.ts';

const PUBLIC_URL = 'https://gw.example:8443';
const REDIRECT_URI = `${PUBLIC_URL}/?redirect-${CONFIG.id}`;
export const JANE = 'jane@contoso.example';

/** A method that signs in at an emulated tenant, over TLS, as the product does. */
export interface Site extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly tenant: TenantControl;
  readonly store: MemoryStore;
  readonly log: string[];
  /** The same tenant with another configuration; begins and finishes whole sign-ins. */
  method(config?: Partial<EntraIdConfig>, deps?: Partial<EntraIdDeps>): Visitor;
}

/** Somebody with a browser. */
interface Visitor {
  readonly entra: EntraId;
  /** From the link to the tenant's answer; whoever is on autopilot signs in. */
  readonly visit: (request?: Partial<BeginRequest>) => Promise<AuthorizationAnswer>;
  /** From the link to the end. */
  readonly signIn: (request?: Partial<BeginRequest>) => Promise<FinishedSignIn>;
}

/** Starts a Contoso in which Jane signs in without a page. */
export async function openSite(seed: Partial<TenantSeed> = {}): Promise<Site> {
  const emulator = await startEmulator({
    tenants: [{ ...contoso([REDIRECT_URI]), ...seed }],
    ...(await keptIdentity()),
  });
  const net = new Net();
  const store = createMemoryStore(() => emulator.time.now());
  const log: string[] = [];
  const tenant = emulator.tenant();
  tenant.policies.autopilot = JANE;
  const route = { proxy: { kind: 'direct' }, ca: [emulator.ca], addresses: 'any' } as const;
  return {
    emulator,
    tenant,
    store,
    log,
    method: (config, deps) => {
      const entra = createEntraId({
        config: {
          ...CONFIG,
          directoryId: CONTOSO_TENANT_ID,
          applicationId: CONTOSO_APPLICATION_ID,
          authority: { ...emulator.authority, ca: null },
          ...config,
        },
        publicUrl: PUBLIC_URL,
        http: net.client(route, emulator.authority.map),
        store,
        clock: emulator.time.now,
        log: (level, message, fields) => log.push(JSON.stringify({ level, message, fields })),
        ...deps,
      });
      const visit = (request?: Partial<BeginRequest>) => answerOf(emulator, entra, request);
      return { entra, visit, signIn: async (request) => entra.finish(await visit(request)) };
    },
    [Symbol.asyncDispose]: async () => {
      await net[Symbol.asyncDispose]();
      await emulator.close();
    },
  };
}

/** Configuration with api_scopes and the tenant's secret. */
export const withCode = (...apiScopes: readonly string[]): Partial<EntraIdConfig> => ({
  apiScopes,
  credential: passwords(CONTOSO_SECRET),
});

async function answerOf(
  emulator: Emulator,
  entra: EntraId,
  request: Partial<BeginRequest> = {},
): Promise<AuthorizationAnswer> {
  const begun = await entra.begin({
    service: 'file-browser',
    returnTo: '/',
    address: '203.0.113.7',
    ...request,
  });
  await using browser = new EmulatorBrowser(emulator);
  const response = await browser.send(begun.url);
  const common = { method: entra.id, cookies: { [begun.cookie.name]: begun.cookie.value } };
  const location = response.headers.get('location');
  if (location !== null) {
    const parameters = [...new URL(location).searchParams];
    return { ...common, transport: 'query', parameters };
  }
  const html = await response.text();
  const form = formsOf(html).find(({ action }) => action === REDIRECT_URI);
  if (form === undefined) throw new Error(`the tenant shows a page: ${html.slice(0, 2000)}`);
  return { ...common, transport: 'form_post', parameters: [...form.fields] };
}
