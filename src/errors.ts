/**
 * The vocabulary of everything that can break. A person who is not let in is a value (a decision, a refusal); what is
 * thrown is broken, attacked or misconfigured. Codes are `LAYER_WHAT_HAPPENED`; a code never changes its meaning and a
 * retired one is not used again. `docs/reference/errors.md` is made from this table.
 */
export const ERRORS = {
  // config: one entry per way in which entrada.yaml can be wrong
  CONFIG_UNREADABLE: 'A file of the configuration cannot be read.',
  CONFIG_SYNTAX: 'The file is not valid YAML.',
  CONFIG_UNKNOWN_KEY: 'A key that Entrada does not know.',
  CONFIG_MISSING_KEY: 'A required key is missing.',
  CONFIG_INVALID_VALUE: 'A value is not of the form that its key needs.',
  CONFIG_DUPLICATE: 'Two entries use one id, name, path or key.',
  CONFIG_UNKNOWN_REFERENCE: 'An id names an entry that does not exist.',
  CONFIG_CONFLICT: 'Two settings contradict each other.',
  CONFIG_SECRET_UNSET: 'A ${env:…} or ${file:…} has no value.',
  CONFIG_SUBSTITUTION_REFUSED: 'A ${…} stands where its value would enter an isolate.',
  CONFIG_NOT_AVAILABLE: 'A documented value that this release does not serve yet.',
  CONFIG_GRANT_NARROWER: 'An extension asks for more than the operator grants.',
  CONFIG_WARNING: 'The configuration works, but probably not as intended.',

  // store
  STORE_UNAVAILABLE: 'The database does not answer.',
  STORE_UNREADABLE: 'A sealed record does not open with any of the configured keys.',
  STORE_CONFLICT: 'A record with this id exists already.',
  STORE_FOREIGN: 'The file is not a database of this release of Entrada.',
  STORE_DAMAGED: 'The database file is damaged.',

  // net: every way in which a request can end without a status
  NET_UNREACHABLE: 'No connection: the name does not resolve, or nothing answers.',
  NET_TLS: 'The certificate is not trusted, or the TLS handshake failed.',
  NET_PROXY: 'The proxy refused, failed or could not be reached.',
  NET_TIMEOUT: 'The exchange took longer than its limit.',
  NET_TOO_LARGE: 'The answer is larger than its limit.',
  NET_ABORTED: 'The caller ended the exchange.',
  NET_ADDRESS_REFUSED: 'The name resolves to an address that the caller may not reach.',
  NET_PROTOCOL: 'The other side does not speak HTTP as it must.',

  // extensions: what keeps an extension from being loaded or a runner from being used
  EXTENSION_UNREADABLE: 'A file of an extension cannot be read.',
  EXTENSION_MANIFEST_INVALID: 'extension.yaml is not what it must be.',
  EXTENSION_BUILD_FAILED: 'The extension does not build.',
  EXTENSION_IMPORT_REFUSED:
    'An import that cannot run in an isolate, or that leaves the extension’s folder.',
  EXTENSION_UNAPPROVED: 'The extension is not the one that was approved.',
  EXTENSION_CONFIG_INVALID: 'config does not fit the schema of the manifest.',
  EXTENSION_UNLOADABLE: 'The bundle does not load in an isolate.',
  EXTENSION_FRAME_INVALID: 'A runner sent something that is no frame.',
  EXTENSION_RUNNER_LOST: 'A runner ended, or had to be ended.',
  EXTENSION_TOOL_MISSING: 'A program that authors need is not installed.',
  EXTENSION_FIXTURE_MISSING: 'The manifest names a fixture that is not in the folder.',
  EXTENSION_FIXTURE_DIFFERS: 'A run ended otherwise than its fixture says.',
  EXTENSION_RUN_FAILED: 'A hook failed in a dry run.',
  EXTENSION_NOT_REQUESTED: 'The code makes a request that the manifest does not ask for.',
  EXTENSION_UNUSED: 'The extension has no hook: nothing of it would ever run.',
  EXTENSION_TYPE_ERROR: 'TypeScript finds a fault in the extension.',
  EXTENSION_QUEUE_FULL: 'More invocations wait than may.',
  EXTENSION_TOKEN_ENDED:
    'The session that a token came of has ended, or work in the background waited for more than a day.',

  // entra: a sign-in that cannot begin
  ENTRA_TOO_MANY_PENDING: 'Too many sign-ins were begun and not finished.',
  ENTRA_CHALLENGE_IMPOSSIBLE: 'A challenge asks for what this method cannot request from Entra.',

  // entra: an answer that belongs to no sign-in of this browser
  ENTRA_STATE_MISSING: 'The answer names no sign-in.',
  ENTRA_STATE_UNKNOWN:
    'The sign-in of the answer was never begun, is used already, or is long over.',
  ENTRA_OTHER_BROWSER: 'The sign-in was begun in another browser, or its cookie did not come back.',
  ENTRA_OTHER_METHOD: 'The answer came to the redirect URI of another method.',
  ENTRA_TOO_LATE: 'More than two minutes passed since the sign-in began.',
  ENTRA_CONFIGURATION_CHANGED: 'The method was reconfigured since the sign-in began.',
  ENTRA_RESPONSE_DUPLICATE: 'A parameter of the answer came more than once.',
  ENTRA_RESPONSE_TRANSPORT: 'The answer came by another way than the one that was asked for.',
  ENTRA_RESPONSE_UNEXPECTED: 'The answer holds a token or code that was not asked for.',
  ENTRA_RESPONSE_INCOMPLETE: 'The answer lacks a token or code that was asked for.',
  ENTRA_RESPONSE_ISSUER: 'The answer names another issuer, or none where it must.',

  // entra: Entra answered with an error
  ENTRA_ACCESS_DENIED: 'Entra denied the sign-in, or the person declined.',
  ENTRA_CONSENT_REQUIRED: 'The person or an administrator has to consent to the permissions.',
  ENTRA_INTERACTION_REQUIRED:
    'Entra wants the person to do something more, such as a second factor.',
  ENTRA_LOGIN_REQUIRED: 'Entra wants the person to sign in again.',
  ENTRA_GRANT_REFUSED: 'The code or refresh token is used, expired, revoked or somebody else’s.',
  ENTRA_CLIENT_REFUSED:
    'The credential of the application is wrong, expired or missing: Entra does not take it.',
  ENTRA_CREDENTIAL_UNUSABLE: 'A file of the application’s credential cannot be used.',
  ENTRA_CLIENT_UNAUTHORIZED:
    'The application is unknown in the tenant, disabled, or may not do this.',
  ENTRA_REQUEST_REFUSED: 'Entra does not accept the request as it was made.',
  ENTRA_SCOPE_REFUSED:
    'A scope of api_scopes does not exist, or cannot be asked for with the others.',
  ENTRA_RESOURCE_REFUSED: 'A resource of api_scopes is unknown in the tenant.',
  ENTRA_RESPONSE_TYPE_DISABLED: 'The registration does not allow ID tokens or access tokens here.',
  ENTRA_UNAVAILABLE: 'Entra says that it cannot answer now.',
  ENTRA_ERROR_UNKNOWN: 'Entra answered with an error that Entrada does not know.',

  // entra: the tenant itself
  ENTRA_UNREACHABLE: 'Entra cannot be reached.',
  ENTRA_TIME_BUDGET: 'The calls to Entra and Graph took longer than a sign-in may.',
  ENTRA_TENANT_REFUSED: 'directory_id names no single tenant, or another one than before.',
  ENTRA_METADATA_REFUSED: 'The discovery document cannot be trusted.',
  ENTRA_KEYS_REFUSED: 'The tenant’s signing keys cannot be used.',
  ENTRA_ANSWER_REFUSED: 'The token endpoint answered with something that is no token response.',

  // entra: an ID token that must not be believed
  ENTRA_TOKEN_MALFORMED: 'The ID token is not a signed JWT of the only accepted form.',
  ENTRA_TOKEN_ALGORITHM: 'The ID token is not signed with RS256, or is another type of token.',
  ENTRA_TOKEN_KEY: 'The ID token names no signing key of the tenant.',
  ENTRA_TOKEN_SIGNATURE: 'The signature of the ID token is wrong.',
  ENTRA_TOKEN_ISSUER: 'The ID token was issued by somebody else.',
  ENTRA_TOKEN_TENANT: 'The ID token is of another tenant.',
  ENTRA_TOKEN_AUDIENCE: 'The ID token was issued for another application.',
  ENTRA_TOKEN_TIME: 'The ID token is expired, not valid yet, or has no usable times.',
  ENTRA_TOKEN_NONCE: 'The ID token answers another sign-in.',
  ENTRA_TOKEN_CLAIMS: 'A claim that every ID token of Entra has is missing or not of its form.',
  ENTRA_TOKEN_HASH: 'The ID token does not belong to the code or access token beside it.',
  ENTRA_TOKEN_REPLAYED: 'The ID token was used before.',
  ENTRA_OTHER_PERSON: 'The answer is about another person than it must be.',
  ENTRA_USERNAME_MISSING: 'Neither the ID token nor Graph gives a name for the person.',

  // entra: Graph
  ENTRA_GRAPH_UNREACHABLE: 'Graph cannot be reached, or fails.',
  ENTRA_GRAPH_THROTTLED: 'Graph wants fewer requests, for longer than a sign-in may wait.',
  ENTRA_GRAPH_UNAUTHORIZED: 'Graph does not accept the access token.',
  ENTRA_GRAPH_FORBIDDEN: 'The access token lacks a permission for Graph.',
  ENTRA_GRAPH_CHALLENGE: 'Graph wants the person to do something more at Entra.',
  ENTRA_GRAPH_REFUSED: 'Graph answered with something that it never answers.',
  ENTRA_GROUPS_LINK: 'A next page of groups is not where pages of groups are.',
  ENTRA_GROUPS_LIMIT: 'The person is in more groups than a sign-in may read.',
  ENTRA_GROUPS_UNNAMED: 'Graph shows the person’s groups without their names.',
  ENTRA_GROUPS_SCOPE: 'Entra granted no permission to read groups.',

  // sign-in: who is not let in although Entra vouches for the person
  SIGN_IN_USERNAME_REFUSED: 'The name that Entra gives cannot be used as a username.',
  SIGN_IN_GUEST_REFUSED: 'The person is a guest of the tenant, and the method takes none.',
  SIGN_IN_NAME_TAKEN: 'The username belongs to another person of the tenant.',
  SIGN_IN_NO_GROUP: 'The service needs a group, and the person has none.',
  SIGN_IN_NO_ROLE: 'The service needs a role, and the person has none.',
  SIGN_IN_REJECTED: 'No method of the chain took the username and password.',
  SIGN_IN_TOO_MANY_TRIES: 'Too many usernames and passwords were tried in vain.',
  SIGN_IN_DENIED: 'An extension denied the sign-in.',
  SIGN_IN_EXTENSION_FAILED: 'An extension failed, and a failure denies.',
  SIGN_IN_CHALLENGE_UNMET: 'The person went through one more round, and it was not enough.',
  SIGN_IN_ENRICHMENT_REFUSED: 'What an extension adds cannot be a part of a session.',

  // server: a request that is refused
  SERVER_TARGET_REFUSED: 'The request target is not of the form that browsers send.',
  SERVER_HOST_REFUSED: 'The Host header is missing, doubled or malformed.',
  SERVER_HOST_UNKNOWN: 'The request is for another host than the one of public_url.',
  SERVER_NOT_FOUND: 'There is nothing at this address.',
  SERVER_METHOD_REFUSED: 'This address does not answer to this method.',
  SERVER_TOO_LARGE: 'The body is larger than this address takes.',
  SERVER_MEDIA_TYPE: 'The body is not of the type that this address takes.',
  SERVER_FORM_INVALID: 'The body or query is not a well-formed form.',
  SERVER_REQUEST_INVALID: 'The request is not valid HTTP.',
  SERVER_CROSS_SITE: 'The form came from a page of another site.',
  SERVER_RATE_LIMITED: 'Too many sign-ins were begun from one address.',
  SERVER_SIGN_IN_NEEDED: 'There is no session.',
  SERVER_GROUP_NEEDED: 'The person is in none of the groups that are asked for.',
  SERVER_PARAMETER_UNKNOWN: 'The check has a parameter that Entrada does not know.',
  SERVER_NOT_READY: 'A part that the gateway needs does not answer.',
  SERVER_INTERNAL: 'Something broke that has no code of its own.',

  // server: a server that does not start
  SERVER_LISTEN: 'The server cannot listen on its address.',
  SERVER_CERTIFICATE: 'The certificate or its key cannot be used.',
  SERVER_SOCKET_TAKEN: 'A running gateway has the administration socket, or the path is no socket.',

  // emulator
  EMULATOR_ADDRESS: 'The emulator may not or cannot listen on this address.',
  EMULATOR_UNKNOWN:
    'The emulator has no tenant, person, group, application or switch of that name.',
  EMULATOR_SEED_INVALID:
    'The description of a tenant contradicts itself or names what it does not hold.',

  // testing: what keeps a test of an extension from being run, or proves it wrong
  EXTENSION_TEST_ROUTE: 'A canned answer stands under a text that is no method and URL.',
  EXTENSION_TEST_HTTP_UNUSED: 'A test had answers ready that nothing asked for.',
  EXTENSION_TEST_SIGN_IN: 'The emulated tenant gives no token for the person of a test.',
} as const;

/** Every stable error code. */
export type ErrorCode = keyof typeof ERRORS;

/** True for one of our codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERRORS, code);
}

/** A place in a file. Lines and columns count from 1, as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What an error carries beside its code and message. */
export interface ErrorDetails {
  /** What to do about it, as one sentence in the imperative. */
  readonly next?: string;
  /** Where it is, when there is a file. */
  readonly position?: Position;
  /** What caused it; kept for the log, never shown to a person. */
  readonly cause?: unknown;
}

/**
 * The error that all others extend. `message` is for the operator's log: it names the cause, never a secret, and never
 * reaches a browser, which sees the code and a request id.
 */
export class EntradaError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly position: Position | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.next = details.next;
    this.position = details.position;
  }
}

/** True for an error of ours, optionally with one of the codes given. */
export function isEntradaError(
  error: unknown,
  ...codes: readonly ErrorCode[]
): error is EntradaError {
  return error instanceof EntradaError && (codes.length === 0 || codes.includes(error.code));
}

/** The `code` of an error of Node or of a library; empty when it has none. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
