import type {
  EnrichGrant,
  FetchGrant,
  GrantConfig,
  SecretGrant,
  SessionsGrant,
  TokenGrant,
} from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { knownOrigin } from '../config/values/resource.ts';
import type { Manifest } from '../extensions/manifest.ts';

/** What a test grants, where it is not all that the manifest asks for. */
export interface TestGrant {
  readonly tokens?: readonly (Omit<TokenGrant, 'expose'> & Partial<Pick<TokenGrant, 'expose'>>)[];
  readonly fetch?: readonly (
    | { readonly origin: string; readonly allow: readonly string[] }
    | { readonly name: string; readonly url: string; readonly allow: readonly string[] }
  )[];
  readonly enrich?: Partial<EnrichGrant>;
  readonly sessions?: SessionsGrant;
}

/** Values of secrets, and where each may be put; a text alone may be put into headers. */
export interface TestSecrets {
  readonly [name: string]: string | { readonly value: string; readonly in: SecretGrant['in'] };
}

/** The grant of a test: what it gives, and for the rest what the manifest asks for. */
export function grantFor(
  { requests }: Manifest,
  given: TestGrant,
  secrets: TestSecrets = madeUpSecrets(requests.secrets),
): GrantConfig {
  return {
    tokens:
      given.tokens?.map((token) => ({ expose: 'handle', ...token })) ??
      requests.tokens.map(asAsked),
    fetch: given.fetch?.map(toFetchGrant) ?? requests.fetch.flatMap(asGrant),
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [name, toSecretGrant(secret)]),
    ),
    enrich: { ...requests.enrich, ...given.enrich },
    sessions: given.sessions ?? requests.sessions,
  };
}

function madeUpSecrets(names: readonly string[]): TestSecrets {
  return Object.fromEntries(names.map((name) => [name, `made-up-secret-of-${name}`]));
}

type TokenRequest = Manifest['requests']['tokens'][number];
type FetchRequest = Manifest['requests']['fetch'][number];
type GivenFetch = NonNullable<TestGrant['fetch']>[number];

function asAsked({ resource, allow, expose }: TokenRequest): TokenGrant {
  return { resource, origins: [knownOrigin(resource) ?? new URL(resource).origin], allow, expose };
}

/** A destination by name has an URL that only the test can give. */
function asGrant(request: FetchRequest): readonly FetchGrant[] {
  if (!('origin' in request)) return [];
  return [{ origin: request.origin, allow: request.allow, privateAddresses: false }];
}

function toFetchGrant(given: GivenFetch): FetchGrant {
  if ('origin' in given) return { ...given, privateAddresses: false };
  return { ...given, url: new Secret(given.url), privateAddresses: false };
}

function toSecretGrant(secret: TestSecrets[string]): SecretGrant {
  if (typeof secret === 'string') return { value: new Secret(secret), in: ['header'] };
  return { value: new Secret(secret.value), in: secret.in };
}
