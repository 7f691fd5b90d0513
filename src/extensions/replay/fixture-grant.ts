import { z } from 'zod';

import type { FetchGrant, GrantConfig, TokenGrant } from '../../config/config.ts';
import { entries } from '../../config/schema/forms.ts';
import {
  destination,
  type Destination,
  enrichGrant,
  type EnrichGrantEntry,
  places,
  type SecretGrantEntry,
  sessionsGrant,
  tokenGrant,
  type TokenGrantEntry,
} from '../../config/schema/grant.ts';
import { Secret } from '../../config/secret.ts';
import { knownOrigin } from '../../config/values/resource.ts';
import type { Requests } from '../manifest.ts';
import type { Fixture } from './fixture.ts';
import { addressOf } from './fixture-http.ts';
import { madeUp } from './made-up-signature.ts';

/** What an operator gave, without the values and addresses that they keep secret. */
export interface FixtureGrant {
  readonly tokens: readonly TokenGrantEntry[];
  readonly fetch: readonly Destination[];
  /** Where the value of each secret may be put. */
  readonly secrets: { readonly [name: string]: SecretGrantEntry['in'] };
  readonly enrich: EnrichGrantEntry;
  readonly sessions: GrantConfig['sessions'];
}

/** `grant` of a fixture. */
export const fixtureGrant: z.ZodType<FixtureGrant> = z.strictObject({
  tokens: entries(tokenGrant, 'a list of { resource: …, allow: […] }').prefault([]),
  fetch: entries(destination, 'a list of { origin: …, allow: […] }').prefault([]),
  secrets: z
    .record(z.string(), places)
    .prefault({})
    .describe('Where the value may be put, by name.'),
  enrich: enrichGrant.prefault({}),
  sessions: sessionsGrant.prefault({}),
});

/** Tells a grant as a fixture does. */
export function withoutValues({
  tokens,
  fetch,
  secrets,
  enrich,
  sessions,
}: GrantConfig): FixtureGrant {
  return {
    tokens,
    fetch: fetch.map((one) => {
      const { allow } = one;
      return 'origin' in one ? { origin: one.origin, allow } : { name: one.name, allow };
    }),
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([name, { in: where }]) => [name, where]),
    ),
    enrich,
    sessions,
  };
}

/** The grant that a fixture tells: what it leaves out is made up. */
export function grantIn({
  grant,
  secrets,
  http,
}: Pick<Fixture, 'secrets' | 'http'> & { readonly grant: FixtureGrant }): GrantConfig {
  return {
    tokens: grant.tokens.map((token) => toTokenGrant(token, http)),
    fetch: grant.fetch.map(toFetchGrant),
    secrets: Object.fromEntries(
      Object.entries(grant.secrets).map(([name, where]) => [
        name,
        { value: new Secret(secrets[name] ?? madeUp(name)), in: where },
      ]),
    ),
    enrich: grant.enrich,
    sessions: grant.sessions,
  };
}

/** A grant of all that a manifest asks for. */
export function grantOfAll({ tokens, fetch, secrets, enrich, sessions }: Requests): FixtureGrant {
  return {
    tokens: tokens.map(({ resource, allow, expose }) => ({ resource, allow, expose })),
    fetch: fetch.map(({ required: _required, ...one }) => one),
    secrets: Object.fromEntries(secrets.map((name) => [name, ['header', 'body', 'sign']])),
    enrich,
    sessions,
  };
}

function toTokenGrant({ origins, ...token }: TokenGrantEntry, http: Fixture['http']): TokenGrant {
  return { ...token, origins: origins ?? originsOf(token.resource, http) };
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

function toFetchGrant(given: Destination): FetchGrant {
  const { allow } = given;
  if ('origin' in given) return { origin: given.origin, allow, privateAddresses: false };
  const url = new Secret(addressOf(given.name));
  return { name: given.name, url, allow, privateAddresses: false };
}
