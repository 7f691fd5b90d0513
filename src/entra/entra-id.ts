import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { EntraIdConfig } from '../config/config.ts';
import { diskFiles, type ConfigFiles } from '../config/config-files.ts';
import type { Secret } from '../config/secret.ts';
import { EntradaError } from '../errors.ts';
import type { HttpClient } from '../net/http.ts';
import type { Store } from '../store/store.ts';
import { systemSleep, type BackChannel, type Sleep } from './back-channel.ts';
import { beginSignIn, type BeginParts, type BeginRequest, type Begun } from './begin.ts';
import { createAppTokens, type AppTokens } from './app-tokens.ts';
import { createBudget } from './budget.ts';
import { adminConsentUrl } from './admin-consent.ts';
import { createCredentials, type Credential } from './credential.ts';
import { endSession, type EndSessionRequest } from './end-session.ts';
import { EntraError, EntraSetupError } from './entra-error.ts';
import { silent, type EntraLog } from './entra-log.ts';
import { examine, type Examination } from './examine.ts';
import { finishSignIn, type FinishedSignIn, type FinishParts } from './finish.ts';
import { isByCode, planOf, type Plan } from './flow.ts';
import { createKeys } from './keys.ts';
import { DEFAULT_LIMITS, type EntraLimits } from './limits.ts';
import { createMetadata } from './metadata.ts';
import { createPending } from './pending.ts';
import { readPhoto } from './photo.ts';
import type { AccessToken } from './identity.ts';
import { refreshToken, type RefreshedToken, type RefreshParts } from './refresh.ts';
import type { Freshness } from './cached.ts';
import { createReplayCache } from './replay-cache.ts';
import type { AuthorizationAnswer } from './response.ts';
import { createRoom } from './room.ts';
import { createTenantPin } from './tenant-pin.ts';
import { createTenant, type Tenant } from './tenant.ts';
import { createTokenEndpoint } from './token-endpoint.ts';
import type { SamePerson } from './token-set.ts';
import { generationOf, TRANSACTION } from './transaction.ts';

/** What a method of type `entra-id` is made of. */
export interface EntraIdDeps {
  readonly config: EntraIdConfig;
  /** Origin that people reach the gateway at. */
  readonly publicUrl: string;
  /** Through the method's proxy. */
  readonly http: HttpClient;
  readonly store: Store;
  readonly clock: Clock;
  /** Default: says nothing. */
  readonly log?: EntraLog;
  /** Waits between attempts. Default: the machine's timer. */
  readonly sleep?: Sleep;
  /** Files of a credential. Default: the file system. */
  readonly files?: ConfigFiles;
  /** Default: `DEFAULT_LIMITS`, each. */
  readonly limits?: Partial<EntraLimits>;
}

/** Sign-in with one tenant of Microsoft Entra ID. */
export interface EntraId {
  /** Id of the method. */
  readonly id: string;
  /** `PUBLIC_URL/?redirect-AUTH-UUID`: to be registered, and sent, byte for byte. */
  readonly redirectUri: string;
  /**
   * Begins a sign-in.
   *
   * @throws {EntraLimitError} `ENTRA_TOO_MANY_PENDING`.
   * @throws {EntraSetupError} `ENTRA_METADATA_REFUSED`, `ENTRA_TENANT_REFUSED`, `ENTRA_CHALLENGE_IMPOSSIBLE`,
   *   `ENTRA_SCOPE_REFUSED`.
   * @throws {EntraUnavailableError} `ENTRA_UNREACHABLE`, `ENTRA_TIME_BUDGET`.
   */
  begin(request: BeginRequest): Promise<Begun>;
  /**
   * Finishes a sign-in. Its transaction is used up whatever happens.
   *
   * @throws {EntraError} By one of its subclasses, one for each way of handling.
   */
  finish(answer: AuthorizationAnswer): Promise<FinishedSignIn>;
  /**
   * One more access token for a resource.
   *
   * @param resource As `AccessToken.resource` names it.
   * @param person Whose the refresh token is; a token of anybody else is refused.
   * @throws {EntraGrantError} `ENTRA_GRANT_REFUSED`: the grant is over, and so is what rests on it.
   * @throws {EntraError} As `finish`.
   */
  refresh(refreshToken: Secret, resource: string, person: SamePerson): Promise<RefreshedToken>;
  /**
   * A token of the application itself, for work that is done for nobody: kept, and renewed before it ends.
   *
   * @param resource As in `https://graph.microsoft.com`.
   * @throws {EntraError} As `AppTokens.token`.
   */
  appToken(resource: string): Promise<AccessToken>;
  /** Origin of Graph in the tenant's cloud, which is the name of its tokens' resource, too. */
  readonly graph: string;
  /**
   * The photo of the person whose token for Graph it is, a JPEG; null when there is none.
   *
   * @throws {EntraError} As `Graph.get`.
   */
  photo(accessToken: Secret): Promise<Uint8Array | null>;
  /**
   * Where a person's session at Entra ends; null when the tenant does not say.
   *
   * @throws {EntraError} As `begin`.
   */
  endSession(request: EndSessionRequest): Promise<string | null>;
  /** Where an administrator consents for everybody to what the method asks for; null when it asks for no API. */
  readonly adminConsentUrl: string | null;
  /** Asks the tenant's hosts what can be asked without a person. */
  examine(): Promise<Examination>;
  /** For health checks; nothing is loaded before the first sign-in. */
  readonly health: { readonly metadata: Freshness; readonly keys: Freshness };
}

/**
 * Makes the relying party of one method. Asks nothing of the network yet.
 *
 * @throws {EntraSetupError} `ENTRA_TENANT_REFUSED`, `ENTRA_SCOPE_REFUSED` or `ENTRA_CLIENT_REFUSED` for a configuration
 *   that cannot work.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 */
export function createEntraId(deps: EntraIdDeps): EntraId {
  const { config } = deps;
  const redirectUri = `${deps.publicUrl}/?redirect-${config.id}`;
  const parts = assemble(deps, redirectUri);
  return {
    id: config.id,
    redirectUri,
    begin: (request) => beginSignIn(request, parts),
    finish: (answer) => told(finishSignIn(answer, parts), parts),
    refresh: (token, resource, person) => refreshToken(token, resource, person, parts),
    appToken: (resource) => parts.appTokens.token(resource),
    graph: parts.graph,
    photo: (accessToken) => photo(accessToken, parts),
    endSession: (request) => endSession(request, parts),
    adminConsentUrl: adminConsentUrl(parts),
    examine: () => examine({ ...parts, keys: parts.idTokens.keys }),
    get health() {
      return { metadata: parts.metadata.freshness, keys: parts.idTokens.keys.freshness };
    },
  };
}

function photo(accessToken: Secret, { channel, limits, graph }: Parts): Promise<Uint8Array | null> {
  const caller = {
    accessToken,
    correlationId: randomUUID(),
    budget: createBudget(channel.clock, limits),
  };
  return readPhoto({ channel, limits, origin: graph }, caller);
}

interface Parts extends BeginParts, FinishParts, RefreshParts {
  readonly tenant: Tenant;
  readonly credentials: readonly Credential[];
  readonly appTokens: AppTokens;
}

function assemble(deps: EntraIdDeps, redirectUri: string): Parts {
  const { config, store, clock, log = silent, sleep = systemSleep, files = diskFiles } = deps;
  const limits: EntraLimits = { ...DEFAULT_LIMITS, ...deps.limits };
  const channel: BackChannel = { http: deps.http, clock, sleep };
  const tenant = createTenant(config);
  const plan = planOf(config, tenant.graph);
  const planWith = (extra: readonly string[]): Plan =>
    extra.length === 0 ? plan : planOf(config, tenant.graph, extra);
  const { applicationId } = config;
  const pin = createTenantPin(store, config.id, tenant.directory, log);
  const metadata = createMetadata({ tenant, channel, limits, log, pin });
  const keys = createKeys({ metadata, applicationId, channel, limits, log });
  const credentials = createCredentials(config.credential, { files, clock });
  requireCredential(plan, credentials);
  const tokenEndpoint = createTokenEndpoint({
    clientId: applicationId,
    credentials,
    channel,
    limits,
    log,
  });
  const provable = credentials.length > 0;
  return {
    method: config.id,
    clientId: applicationId,
    redirectUri,
    generation: fingerprint(config, redirectUri, plan),
    tenant,
    graph: tenant.graph,
    groups: config,
    plan,
    planWith,
    planFor: ({ challenge }) => planWith(challenge?.scopes ?? []),
    store,
    limits,
    log,
    channel,
    metadata,
    pending: createPending(limits, clock),
    hasRoom: createRoom(() => store.count(TRANSACTION), limits.pendingInAll, clock),
    idTokens: { applicationId, keys, clock, replays: createReplayCache(clock) },
    credentials,
    tokenEndpoint,
    appTokens: createAppTokens({ metadata, tokenEndpoint, provable, channel, limits, log }),
  };
}

/** What pending sign-ins depend on: a change of any of it makes them void. */
function fingerprint(config: EntraIdConfig, redirectUri: string, { flow, scopes }: Plan): string {
  const { directoryId, applicationId, groupAssociation, groupLookup, matchGroupsBy } = config;
  return generationOf({
    directoryId,
    applicationId,
    groupAssociation,
    groupLookup,
    matchGroupsBy,
    redirectUri,
    cloud: config.cloud,
    login: config.authority?.login ?? null,
    responseType: flow.responseType,
    scopes,
  });
}

/** @throws {EntraSetupError} `ENTRA_CLIENT_REFUSED` where codes are to be redeemed by nobody. */
function requireCredential({ flow }: Plan, credentials: readonly Credential[]): void {
  if (!isByCode(flow) || credentials.length > 0) return;
  throw new EntraSetupError('ENTRA_CLIENT_REFUSED', 'a code needs a credential to redeem it', {
    actor: 'operator',
    next: 'Add password, certificate or federated_assertion to the method.',
  });
}

/** Tells how a sign-in ended: ids, numbers and codes only. */
async function told<Value extends FinishedSignIn>(
  finishing: Promise<Value>,
  parts: Parts,
): Promise<Value> {
  const { log, method } = parts;
  try {
    const finished = await finishing;
    const { tid, oid } = finished.identity;
    const { uti, correlationId, durations } = finished;
    log('info', 'signed in', { method, tid, oid, uti, correlationId, ...durations });
    return finished;
  } catch (error) {
    log('warn', 'a sign-in is refused', { method, ...describe(error) });
    throw error;
  }
}

function describe(error: unknown): { readonly [name: string]: string | number | null } {
  const code = error instanceof EntradaError ? error.code : 'unknown failure';
  if (!(error instanceof EntraError)) return { code };
  const { message, correlationId, aadsts, actor, next = null } = error;
  return { code, message, actor, next, correlationId, aadsts };
}
