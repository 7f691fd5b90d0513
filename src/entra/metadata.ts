import { randomUUID } from 'node:crypto';
import { header, type HttpResponse } from '../net/http.ts';
import type { JsonObject } from '../../sandbox/contract.ts';
import { readAnswer, send, type BackChannel } from './back-channel.ts';
import { EntraSetupError, EntraUnavailableError } from './entra-error.ts';
import type { EntraLog } from './entra-log.ts';
import type { EntraLimits } from './limits.ts';
import { createCached, type Cached } from './cached.ts';
import type { Tenant } from './tenant.ts';

/** What the tenant says of itself, after every check. */
export interface Metadata {
  /** GUID of the tenant. */
  readonly tenantId: string;
  readonly issuer: string;
  /** `iss` of the tenant's tokens of version 1.0, which are refused with a hint. */
  readonly issuerOfVersionOne: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  /** Where a session at Entra ends; null when the tenant names no such place. */
  readonly endSessionEndpoint: string | null;
  /** How far this machine's clock was ahead of Entra's when it was loaded. Unit: milliseconds; null when it did not say. */
  readonly skewMs: number | null;
  /** True when every authorization response must name its issuer (RFC 9207). Entra's do not. */
  readonly namesIssuer: boolean;
}

/** Entra changes its metadata rarely, and announces `max-age` of a day. */
const LIFETIMES = {
  freshMs: 24 * 3_600_000,
  staleMs: 7 * 24 * 3_600_000,
  endMs: 7 * 24 * 3_600_000,
  retryMs: 60_000,
};

/** A clock that is further from Entra's makes tokens expired or not valid yet. Unit: milliseconds. */
export const CLOCK_WARNING_MS = 60_000;

export interface MetadataParts {
  readonly tenant: Tenant;
  readonly channel: BackChannel;
  readonly limits: EntraLimits;
  readonly log: EntraLog;
  /** Holds the tenant to the GUID that was seen first. */
  readonly pin: (tenantId: string) => Promise<void>;
}

/**
 * The tenant's discovery document: fetched when it is first needed, then kept, the last good one when a new one cannot
 * be had or cannot be trusted.
 *
 * @throws {EntraUnavailableError} `ENTRA_UNREACHABLE` from `get` when there is none and none can be had.
 * @throws {EntraSetupError} `ENTRA_METADATA_REFUSED` or `ENTRA_TENANT_REFUSED` when it must not be trusted.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
 */
export function createMetadata(parts: MetadataParts): Cached<Metadata> {
  return createCached(() => loadMetadata(parts), LIFETIMES, parts.channel.clock);
}

async function loadMetadata(parts: MetadataParts): Promise<Metadata> {
  const response = await fetchMetadata(parts);
  const skewMs = skewOf(response, parts.channel.clock());
  warnOfClock(skewMs, parts);
  const document = readAnswer(response);
  if (response.status !== 200 || document === undefined)
    throw noDocument(parts, response, document);
  const metadata = readMetadata(document, parts.tenant);
  await parts.pin(metadata.tenantId);
  return { ...metadata, skewMs };
}

function fetchMetadata({ tenant, channel, limits }: MetadataParts): Promise<HttpResponse> {
  return send(
    channel,
    {
      request: { method: 'GET', url: tenant.metadataUrl, maxBytes: limits.metadataBytes },
      correlationId: randomUUID(),
      unreachable: 'ENTRA_UNREACHABLE',
    },
    limits.requestMs,
  );
}

function noDocument(
  { tenant }: MetadataParts,
  response: HttpResponse,
  document: JsonObject | undefined,
): EntraSetupError | EntraUnavailableError {
  const message = `discovery of ${tenant.directory} answered ${response.status}${document ? '' : ' and no JSON object'}`;
  if (document?.['error'] === 'invalid_tenant') {
    return new EntraSetupError('ENTRA_TENANT_REFUSED', `${message}: no such tenant`, {
      actor: 'operator',
      next: 'Set directory_id to the tenant id that the overview page of the Entra portal shows.',
    });
  }
  return new EntraUnavailableError('ENTRA_UNREACHABLE', message, { actor: 'operator' });
}

/**
 * Checks a discovery document. Members that Entrada does not use may come and go.
 *
 * @throws {EntraSetupError} `ENTRA_METADATA_REFUSED` for another issuer, or an endpoint at another host.
 */
function readMetadata(document: JsonObject, tenant: Tenant): Omit<Metadata, 'skewMs'> {
  const { issuer } = document;
  const { end_session_endpoint: endSession } = document;
  const tenantId = typeof issuer === 'string' ? tenant.readTenantId(issuer) : undefined;
  if (tenantId === undefined) throw refused('its issuer is not that of the tenant');
  for (const [name, origins] of endpointsOf(tenant)) {
    if (document[name] !== undefined && !isEndpoint(document[name], origins)) {
      throw refused(`${name} is not an https URL at the tenant’s hosts`);
    }
  }
  return {
    tenantId,
    issuer: tenant.issuer(tenantId),
    issuerOfVersionOne: tenant.issuerOfVersionOne(tenantId),
    authorizationEndpoint: required(document, 'authorization_endpoint'),
    tokenEndpoint: required(document, 'token_endpoint'),
    jwksUri: required(document, 'jwks_uri'),
    endSessionEndpoint: typeof endSession === 'string' ? endSession : null,
    namesIssuer: document['authorization_response_iss_parameter_supported'] === true,
  };
}

/** Every endpoint that is known by name, with the origins where it may be. */
function endpointsOf(tenant: Tenant): readonly (readonly [string, readonly string[]])[] {
  const login = [tenant.login];
  return [
    ['authorization_endpoint', login],
    ['token_endpoint', login],
    ['jwks_uri', login],
    ['end_session_endpoint', login],
    ['device_authorization_endpoint', login],
    ['userinfo_endpoint', tenant.userinfoOrigins],
  ];
}

/** Without what a URL parser would drop or cut off: the text that is checked is the one that is used. */
const PLAIN_URL = /^[\x21\x22\x24-\x7e]+$/;

function isEndpoint(value: unknown, origins: readonly string[]): boolean {
  const url = typeof value === 'string' && PLAIN_URL.test(value) ? URL.parse(value) : null;
  return (
    url !== null &&
    url.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    origins.includes(url.origin)
  );
}

function required(document: JsonObject, name: string): string {
  const value = document[name];
  if (typeof value !== 'string') throw refused(`${name} is missing`);
  return value;
}

function refused(why: string): EntraSetupError {
  return new EntraSetupError(
    'ENTRA_METADATA_REFUSED',
    `the discovery document is refused: ${why}`,
    {
      actor: 'operator',
      next: 'Check directory_id, and that nothing on the way to Entra replaces its answers.',
    },
  );
}

/** By the `Date` of an answer, which is exact to a second. Unit: milliseconds; null when there is none. */
function skewOf(response: HttpResponse, now: number): number | null {
  const theirs = Date.parse(header(response, 'date') ?? '');
  return Number.isNaN(theirs) ? null : now - theirs;
}

function warnOfClock(skewMs: number | null, { log }: MetadataParts): void {
  if (skewMs === null || Math.abs(skewMs) <= CLOCK_WARNING_MS) return;
  log('warn', 'the clock of this machine differs from that of Entra: tokens will be refused', {
    skewSeconds: Math.round(skewMs / 1000),
  });
}
