/** What an administrator of the tenant decided; every member can be changed while the emulator runs. */
export interface Policies {
  /** Ask for the password of whom has one. Default false: picking a person is enough. */
  askPassword: boolean;
  /** May people consent for themselves to scopes that do not need an administrator? Default true. */
  userConsent: boolean;
  /** Offers "request approval" where an administrator must consent (AADSTS90095 instead of 90094). Default false. */
  adminConsentWorkflow: boolean;
  /** Who needs a second factor: nobody, everybody, or these people (object ids). Default nobody. */
  secondFactor: 'never' | 'always' | readonly string[];
  /** Conditional access that blocks. Default none. */
  blocks: readonly ConditionalAccessBlock[];
  /** Continuous access evaluation: clients that declare `cp1` get long tokens that end at once. Default true. */
  continuousAccess: boolean;
  /** Graph refuses a token of a person revoked after its issue even from a client without `cp1`. Default false. */
  strictRevocation: boolean;
  /** Authentication contexts that paths of Graph need. Default none. */
  authenticationContexts: readonly AuthenticationContextRule[];
  /** Life of access tokens. Unit: seconds. Default: 3600 to 5399 at random, as in Entra. */
  accessTokenSeconds: number | 'random';
  /** Life of access tokens under continuous access evaluation. Unit: seconds. Default: 20 to 28 hours at random. */
  longAccessTokenSeconds: number | 'random';
  /** Life of authorization codes. Unit: seconds. Default 600. */
  codeSeconds: number;
  /** A refresh token that is not used for so long is inactive. Unit: seconds. Default 90 days. */
  refreshTokenSeconds: number;
  /** Life of refresh tokens of redirect URIs of platform `spa`. Unit: seconds. Default 24 hours. */
  spaRefreshTokenSeconds: number;
  /** Sign-in frequency: after so long a refresh token gives AADSTS70043. Unit: seconds. Default off (null). */
  signInFrequencySeconds: number | null;
  /** Requests to Graph by one application before 429. Default none. */
  graphThrottle: Throttle | null;
  /** Requests to the token endpoint by one application before 429. Default none. */
  tokenThrottle: Throttle | null;
  /** Sign-ins without any interaction by one browser within a minute before AADSTS50196. Default 30. */
  loopLimit: number;
  /** Signs this person (object id or UPN) in at once and consents, with no page shown. Default off (null). */
  autopilot: string | null;
}

/** Policies that differ from the usual. */
export type PolicySeed = { readonly [name in keyof Policies]?: Policies[name] | undefined };

/** A rule that refuses whom it meets. */
export interface ConditionalAccessBlock {
  /** 53003 blocked, 53000 device not compliant, 53001 device not joined, 530032 by security policy, … */
  readonly error: 53003 | 53000 | 53001 | 530032 | 50097 | 50158;
  /** Object ids; missing: everybody. */
  readonly people?: readonly string[] | undefined;
  /** Application ids; missing: all. */
  readonly applications?: readonly string[] | undefined;
}

/** A path of Graph that needs an authentication context. */
export interface AuthenticationContextRule {
  /** Beginning of the path, as in `/v1.0/me/drive`. */
  readonly path: string;
  /** As in `c1`. */
  readonly context: string;
}

/** So many requests in a window of time. */
export interface Throttle {
  readonly requests: number;
  /** Unit: milliseconds. */
  readonly windowMs: number;
  /** Told in `Retry-After`. Unit: seconds. */
  readonly retryAfterSeconds: number;
}

const DAY_SECONDS = 86_400;

/** A tenant as it is made: no extra demands, every lifetime as in Entra. */
const DEFAULT_POLICIES: Policies = {
  askPassword: false,
  userConsent: true,
  adminConsentWorkflow: false,
  secondFactor: 'never',
  blocks: [],
  continuousAccess: true,
  strictRevocation: false,
  authenticationContexts: [],
  accessTokenSeconds: 'random',
  longAccessTokenSeconds: 'random',
  codeSeconds: 600,
  refreshTokenSeconds: 90 * DAY_SECONDS,
  spaRefreshTokenSeconds: DAY_SECONDS,
  signInFrequencySeconds: null,
  graphThrottle: null,
  tokenThrottle: null,
  loopLimit: 30,
  autopilot: null,
};

/** The usual policies, and what a seed changes. */
export function choosePolicies(seed: PolicySeed = {}): Policies {
  const given = Object.entries(seed).filter(([, value]) => value !== undefined);
  return Object.assign({ ...DEFAULT_POLICIES }, Object.fromEntries(given));
}
