import type { ExtensionConfig, FetchGrant, GrantConfig, TokenGrant } from '../../config/config.ts';
import { always } from '../../config/failure-policy.ts';
import { Secret } from '../../config/secret.ts';
import { knownOrigin } from '../../config/values/resource.ts';
import type { Manifest, Requests } from '../manifest.ts';
import type { Fixture } from './fixture.ts';
import { addressOf } from './fixture-http.ts';

/** An entry of `extensions` that grants all that the manifest asks for: what an author runs an extension with. */
export function asAsked(
  source: string,
  { requests }: Manifest,
  fixture: Pick<Fixture, 'config' | 'secrets' | 'http'>,
): ExtensionConfig {
  return {
    source,
    integrity: null,
    mode: 'enforce',
    appliesTo: [],
    grant: grantOf(requests, fixture),
    config: fixture.config,
    limits: {},
    onFailure: always('deny'),
  };
}

function grantOf(
  { tokens, fetch, secrets, enrich }: Requests,
  { secrets: given, http }: Pick<Fixture, 'secrets' | 'http'>,
): GrantConfig {
  return {
    tokens: tokens.map((token) => tokenGrant(token, http)),
    fetch: fetch.map(fetchGrant),
    secrets: Object.fromEntries(
      secrets.map((name) => [
        name,
        { value: new Secret(given[name] ?? `made-up-${name}`), in: ['header', 'body', 'sign'] },
      ]),
    ),
    enrich,
  };
}

function tokenGrant(
  { resource, allow, expose }: Requests['tokens'][number],
  http: Fixture['http'],
): TokenGrant {
  return { resource, origins: originsOf(resource, http), allow, expose };
}

/** Which hosts take a token is the operator's to say, but for those that everybody knows: here those that answer. */
function originsOf(resource: string, http: Fixture['http']): readonly string[] {
  const known = knownOrigin(resource);
  if (known !== undefined) return [known];
  const answering = Object.keys(http).map(
    (route) => URL.parse(route.split(' ')[1] ?? '')?.origin ?? '',
  );
  const origins = [new URL(resource).origin, ...answering];
  return [...new Set(origins.filter((origin) => origin.startsWith('https:')))];
}

function fetchGrant(request: Requests['fetch'][number]): FetchGrant {
  const { allow } = request;
  if ('origin' in request) return { origin: request.origin, allow, privateAddresses: false };
  const url = new Secret(addressOf(request.name));
  return { name: request.name, url, allow, privateAddresses: false };
}
