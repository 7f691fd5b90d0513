/** One point at which the real service is not known for certain, or differs between tenants. */
export interface VariantEntry {
  /** The first is the default. */
  readonly values: readonly (string | number | boolean)[];
  readonly about: string;
}

/**
 * Every point at which public sources do not settle what the real service does, or at which it does both. The first
 * value of each is the default: the one that sources make most likely. A client that is right works with all of them.
 */
export const VARIANTS = {
  htmlErrorStatus: {
    values: [400, 200],
    about: 'Status of an AADSTS error that is shown as a page of the login host.',
  },
  formPostOrder: {
    values: ['tokens-first', 'state-first'],
    about: 'Order of the inputs of a form_post response.',
  },
  queryRedirect: {
    values: ['verbatim', 'reserialized'],
    about: 'Whether `/?redirect-ID` keeps its form in query mode or becomes `/?redirect-ID=`.',
  },
  implicitTokenRefusal: {
    values: [700051, 70005],
    about: 'Number for a token asked from the authorization endpoint without the box ticked.',
  },
  responseTypeRefusal: {
    values: ['unsupported_response_type', 'unsupported_response'],
    about: '`error` for a response type that is not enabled; the documentation prints both.',
  },
  nonceRefusal: {
    values: [900144, 90014],
    about: 'Number for an ID token asked without a nonce.',
  },
  missingParameter: {
    values: ['redirect', 'page'],
    about: 'Whether a missing parameter is told to the application or shown as a page.',
  },
  unknownScopeRefusal: {
    values: ['invalid_client', 'invalid_scope'],
    about: '`error` of AADSTS650053.',
  },
  manyResourcesWithToken: {
    values: ['redirect', 'page'],
    about: 'How AADSTS700022 is delivered.',
  },
  silentConsentRefusal: {
    values: ['consent_required', 'interaction_required'],
    about: '`error` of AADSTS65001 with prompt=none.',
  },
  notAssigned: {
    values: ['page', 'redirect'],
    about: 'How AADSTS50105 is delivered to a person at the login page.',
  },
  foreignAccount: {
    values: ['redirect', 'page'],
    about: 'How AADSTS50020 and AADSTS90072 are delivered.',
  },
  foreignAccountRefusal: {
    values: [50020, 90072],
    about: 'Number for an account that the tenant does not have; both have the same text.',
  },
  conditionalAccess: {
    values: ['page', 'redirect'],
    about: 'How AADSTS53003 and its family are delivered to a person at the login page.',
  },
  adminApprovalReturn: {
    values: ['error_subcode', 'plain'],
    about: 'Whether the way back from "Need admin approval" carries `error_subcode=cancel`.',
  },
  hybridWithToken: {
    values: ['refused', 'accepted'],
    about: 'Response types `code token` and `code id_token token`, which discovery does not list.',
  },
  missingRedirectUri: {
    values: ['default', 'refused'],
    about: 'A request without redirect_uri: the only registered one is taken, or AADSTS900971.',
  },
  redirectMismatchRefusal: {
    values: ['invalid_client', 'invalid_grant'],
    about: '`error` of AADSTS500112 at the token endpoint.',
  },
  verifierMissingRefusal: {
    values: [50148, 501481],
    about: 'Number for a code that was asked with PKCE and is redeemed without a verifier.',
  },
  verifierSizeRefusal: {
    values: ['invalid_grant', 'invalid_request'],
    about: '`error` of AADSTS501491: a verifier that is too short, too long or malformed.',
  },
  garbageCodeRefusal: {
    values: [9002313, 70000],
    about: 'Number for an authorization code that is none.',
  },
  assertionExpiredRefusal: {
    values: [700024, 700027],
    about: 'Number for a client assertion outside its validity.',
  },
  federatedMismatchStatus: {
    values: [401, 400],
    about: 'Status of AADSTS700213 and its family.',
  },
  manyResourcesRefusal: {
    values: ['invalid_scope', 'invalid_request'],
    about: '`error` of AADSTS28000 at the token endpoint.',
  },
  throttledRefusal: {
    values: ['temporarily_unavailable', 'invalid_request'],
    about: '`error` of a throttled token request.',
  },
  errorTextSeparator: {
    values: [' ', '\r\n'],
    about: 'What stands before `Trace ID` in an error_description: newer texts have a space.',
  },
  errorUri: {
    values: [true, false],
    about: 'Whether errors of the token endpoint carry `error_uri`.',
  },
  scopeForm: {
    values: ['as-requested', 'short', 'full'],
    about: 'Whether granted Graph scopes are printed as `User.Read` or as a URL.',
  },
  graphAudience: {
    values: ['uri', 'guid'],
    about: '`aud` of Graph tokens: the URI or 00000003-0000-0000-c000-000000000000.',
  },
  graphTokenFormat: {
    values: ['jwt', 'opaque'],
    about: 'Graph tokens as a JWT that does not verify, or as text with no structure.',
  },
  sessionClaim: {
    values: ['always', 'optional-claim'],
    about: 'Whether ID tokens carry `sid` by themselves or only where it is an optional claim.',
  },
  implicitGroupLimit: {
    values: [5, 200],
    about: 'Groups above which a token of the authorization endpoint says `hasgroups`.',
  },
  keyInstanceName: {
    values: [true, false],
    about: 'Whether published keys carry `cloud_instance_name`.',
  },
  logoutParameters: {
    values: ['sid', 'sid-and-iss'],
    about: 'What the front-channel logout request says.',
  },
  logoutFrames: {
    values: ['with-cookies', 'without-cookies'],
    about: 'Whether the browser sends cookies in the frames of the logout page.',
  },
  refreshTokenReuse: {
    values: ['allowed', 'refused'],
    about: 'Whether a replaced refresh token still works; the real one is not revoked.',
  },
  scopelessRefresh: {
    values: ['granted', 'refused'],
    about: 'A refresh that names no scope: the scopes of the sign-in, or AADSTS90009.',
  },
  castAnnotations: {
    values: ['absent', 'present'],
    about: 'Whether items of a cast collection carry `@odata.type`.',
  },
  topTooLarge: {
    values: ['refused', 'clamped'],
    about: 'A `$top` above 999.',
  },
  managerPermission: {
    values: ['User.Read.All', 'User.Read'],
    about: 'What `/me/manager` needs: the documentation says User.Read.All.',
  },
  memberGroupsPermission: {
    values: ['GroupMember.Read.All', 'User.Read'],
    about:
      'What `/me/getMemberGroups` needs beside User.Read: the documentation of the signed-in person’s groups has said both.',
  },
  photoMissing: {
    values: ['ImageNotFound', 'ErrorItemNotFound'],
    about: 'Code of the 404 for a person without a photo.',
  },
  throttleBody: {
    values: ['TooManyRequests', 'UnknownError', 'accessDenied'],
    about: 'Body of a 429 of Graph.',
  },
  challengeStatus: {
    values: [401, 403],
    about: 'Status of a claims challenge of Graph.',
  },
  uploadHost: {
    values: ['graph', 'sharepoint'],
    about: 'Origin of `uploadUrl`: Graph itself, or the SharePoint host of the tenant.',
  },
  uploadAuthorization: {
    values: ['refused', 'ignored'],
    about: 'An Authorization header sent to `uploadUrl`; the documentation says it may give 401.',
  },
  storageVersionMissing: {
    values: ['InvalidAuthenticationInfo', 'MissingRequiredHeader'],
    about: 'Code of a bearer request to Storage without `x-ms-version`.',
  },
  storageAudience: {
    values: ['as-requested', 'with-slash'],
    about: '`aud` of Storage tokens.',
  },
} as const;

type Table = typeof VARIANTS;

const ENTRIES: { readonly [name: string]: VariantEntry } = VARIANTS;

/** The value in force for each point; see `VARIANTS` for what each means. */
export type Variants = { -readonly [Name in keyof Table]: Table[Name]['values'][number] };

/** Variants that differ from the usual. */
export type VariantSeed = { readonly [name in keyof Variants]?: Variants[name] | undefined };

/** The defaults, then what was chosen; later choices win. */
export function chooseVariants(...chosen: readonly VariantSeed[]): Variants {
  const defaults = Object.entries(ENTRIES).map(([name, { values }]) => [name, values[0]]);
  const variants: object = Object.assign(
    Object.fromEntries(defaults),
    ...chosen.map(withoutUndefined),
  );
  if (!areVariants(variants)) throw new TypeError('A variant has no default.');
  return variants;
}

const withoutUndefined = (seed: VariantSeed): object =>
  Object.fromEntries(Object.entries(seed).filter(([, value]) => value !== undefined));

const areVariants = (value: object): value is Variants =>
  Object.keys(VARIANTS).every((name) => name in value);
