import type { EnrichGrant, GrantConfig, SecretGrant, SessionsGrant } from '../config/config.ts';
import type { Secret } from '../config/secret.ts';
import type { Manifest, Requests } from './manifest.ts';
import { covers, matches, type Pattern, parsePattern } from './pattern.ts';

/** Patterns of both sides: a request has to match one of each. */
export interface Allowance {
  readonly requested: readonly Pattern[];
  readonly granted: readonly Pattern[];
}

/** A token that an extension may use, and where. */
export interface TokenAllowance extends Allowance {
  readonly resource: string;
  readonly origins: readonly string[];
  readonly expose: 'handle' | 'raw';
}

/** An origin that an extension may call. */
export interface OriginAllowance extends Allowance {
  readonly origin: string;
  readonly privateAddresses: boolean;
}

/** A destination that an extension knows by name alone: its URL is secret. */
export interface NamedAllowance extends Allowance {
  readonly name: string;
  readonly url: Secret;
  readonly privateAddresses: boolean;
}

/** What an extension can do: what its manifest asks for and the operator gives. */
export interface EffectiveGrant {
  readonly tokens: readonly TokenAllowance[];
  readonly origins: readonly OriginAllowance[];
  readonly named: readonly NamedAllowance[];
  readonly secrets: ReadonlyMap<string, SecretGrant>;
  readonly enrich: EnrichGrant;
  readonly sessions: SessionsGrant;
}

/** Something that the manifest asks for and the operator does not give. */
export interface Shortfall {
  /** What is missing, as in `token https://graph.microsoft.com: GET /v1.0/me/manager`. */
  readonly what: string;
  /** The manifest says that the extension cannot do without. */
  readonly required: boolean;
}

/** The rule of a request: the first pattern of the grant that it matches, where it matches one of the manifest too. */
export function ruleFor(
  allowance: Allowance,
  method: string,
  url: Pick<URL, 'pathname' | 'searchParams'>,
): string | undefined {
  const requested = allowance.requested.some((pattern) => matches(pattern, method, url));
  if (!requested) return undefined;
  return allowance.granted.find((pattern) => matches(pattern, method, url))?.text;
}

/** Request ∩ grant. */
export function effectiveGrant({ requests }: Manifest, grant: GrantConfig): EffectiveGrant {
  return {
    tokens: grant.tokens.flatMap((given) => tokenAllowance(requests, given)),
    origins: grant.fetch.flatMap((given) =>
      'origin' in given ? originAllowance(requests, given) : [],
    ),
    named: grant.fetch.flatMap((given) => ('name' in given ? namedAllowance(requests, given) : [])),
    secrets: new Map(
      Object.entries(grant.secrets).filter(([name]) => requests.secrets.includes(name)),
    ),
    enrich: intersectEnrich(requests.enrich, grant.enrich),
    sessions: { end: requests.sessions.end && grant.sessions.end },
  };
}

type TokenGiven = GrantConfig['tokens'][number];
type OriginGiven = Extract<GrantConfig['fetch'][number], { origin: string }>;
type NamedGiven = Extract<GrantConfig['fetch'][number], { name: string }>;

function tokenAllowance(requests: Requests, given: TokenGiven): readonly TokenAllowance[] {
  const asked = requests.tokens.filter(({ resource }) => resource === given.resource);
  if (asked.length === 0) return [];
  const raw = given.expose === 'raw' && asked.some(({ expose }) => expose === 'raw');
  const { resource, origins } = given;
  return [{ resource, origins, expose: raw ? 'raw' : 'handle', ...bothPatterns(asked, given) }];
}

function originAllowance(requests: Requests, given: OriginGiven): readonly OriginAllowance[] {
  const asked = requests.fetch.filter((one) => 'origin' in one && one.origin === given.origin);
  if (asked.length === 0) return [];
  const { origin, privateAddresses } = given;
  return [{ origin, privateAddresses, ...bothPatterns(asked, given) }];
}

function namedAllowance(requests: Requests, given: NamedGiven): readonly NamedAllowance[] {
  const asked = requests.fetch.filter((one) => 'name' in one && one.name === given.name);
  if (asked.length === 0) return [];
  const { name, url, privateAddresses } = given;
  return [{ name, url, privateAddresses, ...bothPatterns(asked, given) }];
}

function bothPatterns(
  asked: readonly { readonly allow: readonly string[] }[],
  given: { readonly allow: readonly string[] },
): Allowance {
  return {
    requested: asked.flatMap(({ allow }) => patterns(allow)),
    granted: patterns(given.allow),
  };
}

/** Texts that are no patterns were refused with a position when the files were read. */
function patterns(texts: readonly string[]): readonly Pattern[] {
  return texts.map(parsePattern).filter((pattern) => pattern !== undefined);
}

function intersectEnrich(asked: EnrichGrant, given: EnrichGrant): EnrichGrant {
  return {
    groups: both(asked.groups, given.groups),
    roles: both(asked.roles, given.roles),
    claims: both(asked.claims, given.claims),
    username: asked.username && given.username,
    home: asked.home && given.home,
    session: asked.session && given.session,
    headers: both(asked.headers, given.headers),
  };
}

function both(one: readonly string[], other: readonly string[]): readonly string[] {
  return one.filter((name) => other.includes(name));
}

/** All that the manifest asks for and the grant does not give, for `check` and for the log at start. */
export function shortfalls({ requests }: Manifest, grant: GrantConfig): readonly Shortfall[] {
  return [
    ...requests.tokens.flatMap((asked) => tokenShortfalls(asked, grant)),
    ...requests.fetch.flatMap((asked) => fetchShortfalls(asked, grant)),
    ...requests.secrets
      .filter((name) => !Object.hasOwn(grant.secrets, name))
      .map((name) => ({ what: `secret ${name}`, required: true })),
    ...enrichShortfalls(requests.enrich, grant.enrich),
    ...sessionShortfalls(requests.sessions, grant.sessions),
  ];
}

function tokenShortfalls(
  asked: Requests['tokens'][number],
  grant: GrantConfig,
): readonly Shortfall[] {
  const { resource, required } = asked;
  const given = grant.tokens.filter((one) => one.resource === resource);
  const raw = asked.expose === 'raw' && !given.some(({ expose }) => expose === 'raw');
  return [
    ...missingPatterns(`token ${resource}`, asked, given),
    ...(raw ? [{ what: `token ${resource}: expose: raw`, required }] : []),
  ];
}

function fetchShortfalls(
  asked: Requests['fetch'][number],
  grant: GrantConfig,
): readonly Shortfall[] {
  const given = grant.fetch.filter((one) =>
    'origin' in asked
      ? 'origin' in one && one.origin === asked.origin
      : 'name' in one && one.name === asked.name,
  );
  return missingPatterns(`fetch ${'origin' in asked ? asked.origin : asked.name}`, asked, given);
}

function missingPatterns(
  what: string,
  asked: { readonly allow: readonly string[]; readonly required: boolean },
  given: readonly { readonly allow: readonly string[] }[],
): readonly Shortfall[] {
  if (given.length === 0) return [{ what, required: asked.required }];
  const granted = given.flatMap(({ allow }) => patterns(allow));
  return patterns(asked.allow)
    .filter((pattern) => !granted.some((outer) => covers(outer, pattern)))
    .map(({ text }) => ({ what: `${what}: ${text}`, required: asked.required }));
}

const LISTS = ['groups', 'roles', 'claims', 'headers'] as const;
const SWITCHES = ['username', 'home', 'session'] as const;

function enrichShortfalls(asked: EnrichGrant, given: EnrichGrant): readonly Shortfall[] {
  const lists = LISTS.flatMap((power) =>
    asked[power]
      .filter((name) => !given[power].includes(name))
      .map((name) => ({ what: `enrich ${power}: ${name}`, required: false })),
  );
  const switches = SWITCHES.filter((power) => asked[power] && !given[power]);
  return [...lists, ...switches.map((power) => ({ what: `enrich ${power}`, required: false }))];
}

function sessionShortfalls(asked: SessionsGrant, given: SessionsGrant): readonly Shortfall[] {
  return asked.end && !given.end ? [{ what: 'sessions: end', required: false }] : [];
}
