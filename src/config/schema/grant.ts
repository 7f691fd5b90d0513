import { z } from 'zod';
import { withTraits } from '../document/traits.ts';
import type { Secret } from '../secret.ts';
import { parseDestination } from '../values/destination.ts';
import {
  CLAIM_PATTERN,
  DESTINATION_NAME_PATTERN,
  HEADER_PATTERN,
  parseClaim,
  parseDestinationName,
  parseHeaderName,
  parseSecretName,
  SECRET_NAME_PATTERN,
} from '../values/names.ts';
import { ORIGIN_PATTERN, parseOrigin } from '../values/origin.ts';
import {
  METHOD_PATTERN,
  parseMethod,
  parseRequestPattern,
  REQUEST_PATTERN,
} from '../values/request-pattern.ts';
import { parseResource, RESOURCE_PATTERN } from '../values/resource.ts';
import { entries, filled, name, secret, text, word } from './forms.ts';

/** `grant` of an extension, as it is written. */
export interface GrantEntry {
  readonly tokens: readonly TokenGrantEntry[];
  readonly fetch: readonly FetchGrantEntry[];
  readonly secrets: { readonly [name: string]: SecretGrantEntry };
  readonly enrich: EnrichGrantEntry;
  readonly sessions: { readonly end: boolean };
}

export interface TokenGrantEntry {
  readonly resource: string;
  readonly origins?: readonly string[] | undefined;
  readonly allow: readonly string[];
  readonly expose: 'handle' | 'raw';
}

export type FetchGrantEntry =
  | {
      readonly origin: string;
      readonly allow: readonly string[];
      readonly private_addresses: boolean;
    }
  | {
      readonly name: string;
      readonly url: Secret;
      readonly allow: readonly string[];
      readonly private_addresses: boolean;
    };

/** A secret, as it is written. */
export interface SecretGrantEntry {
  readonly value: Secret;
  readonly in: readonly ('header' | 'body' | 'sign')[];
}

/** Powers of `enrich`, as they are written. */
export interface EnrichGrantEntry {
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly claims: readonly string[];
  readonly username: boolean;
  readonly home: boolean;
  readonly session: boolean;
  readonly headers: readonly string[];
}

const origin = text({
  parse: parseOrigin,
  expects: 'an https origin',
  pattern: ORIGIN_PATTERN,
  examples: ['https://graph.microsoft.com'],
});

const requests = filled(
  text({
    parse: parseRequestPattern,
    expects: "a request such as 'GET /v1.0/me'",
    pattern: REQUEST_PATTERN,
    examples: ['GET /v1.0/me', 'GET /v2/people/*', 'GET /v1.0/me/**'],
  }),
  "a list of requests such as 'GET /v1.0/me'",
).describe(
  'Requests that may be made: method, space, path. * stands for one whole segment of the path, ** at the end for all that follow.',
);

/** A token of an API, and where it may be used. */
export const tokenGrant: z.ZodType<TokenGrantEntry> = z.strictObject({
  resource: text({
    parse: parseResource,
    expects: 'an API such as https://graph.microsoft.com',
    pattern: RESOURCE_PATTERN,
  }).describe('The API that the token is for, as api_scopes names it before the last slash.'),
  origins: filled(origin, 'a list of https origins')
    .optional()
    .describe(
      'Where the token may be sent. Left out for Microsoft Graph and Azure Resource Manager, whose origin is known; all other APIs need it.',
    ),
  allow: requests,
  expose: word('handle', 'raw')
    .prefault('handle')
    .describe(
      'handle: the extension holds a stand-in that is worth nothing elsewhere. raw: the extension holds the token itself, if its manifest asks for that; it is audited.',
    ),
});

const privateAddresses = z
  .boolean()
  .prefault(false)
  .describe('true: the name may lead to a private address, as of a server in the same network.');

const grantedOrigin = {
  origin: origin.describe('A server, by its exact origin.'),
  allow: requests,
};

const originGrant = z.strictObject({
  ...grantedOrigin,
  private_addresses: privateAddresses,
});

const grantedName = {
  name: text({
    parse: parseDestinationName,
    expects: 'a name such as teams',
    pattern: DESTINATION_NAME_PATTERN,
  }).describe("A name for a URL that the extension must not see: fetch('entrada:NAME')."),
  allow: filled(
    text({ parse: parseMethod, expects: 'a method such as POST', pattern: METHOD_PATTERN }),
    'a list of methods such as POST',
  ).describe('Methods that may be used.'),
};

const namedGrant = z.strictObject({
  name: grantedName.name,
  url: secret('an https URL', parseDestination).describe('The URL. It is treated as a secret.'),
  allow: grantedName.allow,
  private_addresses: privateAddresses,
});

/** Where a grant leads, without the addresses that it keeps secret. */
export type Destination =
  | { readonly origin: string; readonly allow: readonly string[] }
  | { readonly name: string; readonly allow: readonly string[] };

export const destination: z.ZodType<Destination> = withTraits(
  z.union([z.strictObject(grantedOrigin), z.strictObject(grantedName)]),
  { expects: '{ origin: …, allow: […] } or { name: …, allow: […] }' },
);

/** Where the value of a secret may be put. */
export const places: z.ZodType<SecretGrantEntry['in'], string[]> = filled(
  word('header', 'body', 'sign'),
  'a list of header, body and sign',
);

const secretGrant = z.strictObject({
  value: secret('the secret').describe('The value; best as ${env:NAME} or ${file:PATH}.'),
  in: places
    .prefault(['header'])
    .describe(
      'Where the value may be put: into a header or the body of a granted request, or into a signature that Entrada makes.',
    ),
});

/** Powers of `enrich`. */
export const enrichGrant: z.ZodType<EnrichGrantEntry, object> = z.strictObject({
  groups: entries(name('the name of a group'), 'a list of names of groups')
    .prefault([])
    .describe('Names of groups of this file that the extension may add or take away.'),
  roles: entries(name('the name of a role'), 'a list of names of roles')
    .prefault([])
    .describe('Names of roles of this file that the extension may add or take away.'),
  claims: entries(
    text({ parse: parseClaim, expects: 'the name of a claim', pattern: CLAIM_PATTERN }),
    'a list of names of claims',
  )
    .prefault([])
    .describe('Claims that the extension may set or take away.'),
  username: z.boolean().prefault(false).describe('true: the extension may change the username.'),
  home: z.boolean().prefault(false).describe('true: the extension may choose the home folder.'),
  session: z.boolean().prefault(false).describe('true: the extension may shorten the session.'),
  headers: entries(
    text({ parse: parseHeaderName, expects: 'the name of a header', pattern: HEADER_PATTERN }),
    'a list of names of headers',
  )
    .prefault([])
    .describe('Headers that the extension may add to the answers of forward-auth.'),
});

export const sessionsGrant: z.ZodType<{ readonly end: boolean }, object> = z.strictObject({
  end: z
    .boolean()
    .prefault(false)
    .describe(
      'true: the extension may end sessions of the methods that it applies to, but for those of the console: 100 at once, and 100 more in an hour.',
    ),
});

export const grantSchema: z.ZodType<GrantEntry> = z.strictObject({
  tokens: entries(tokenGrant, 'a list of { resource: …, allow: […] }')
    .prefault([])
    .describe('Tokens of APIs. The extension can do what both its manifest and this say.'),
  fetch: entries(
    withTraits(z.union([originGrant, namedGrant]), {
      expects: '{ origin: …, allow: […] } or { name: …, url: …, allow: […] }',
    }),
    'a list of { origin: …, allow: […] }',
  )
    .prefault([])
    .describe('Servers that may be reached.'),
  secrets: z
    .record(
      text({
        parse: parseSecretName,
        expects: 'the name of a secret',
        pattern: SECRET_NAME_PATTERN,
      }),
      secretGrant,
    )
    .prefault({})
    .describe('Secrets, by name. The extension holds a stand-in, never the value.'),
  enrich: enrichGrant.prefault({}).describe('What enrich may change of the signed-in person.'),
  sessions: sessionsGrant.prefault({}).describe('What may be done about sessions that run.'),
});
