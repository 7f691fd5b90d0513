import type { Actor } from '../entra/entra-error.ts';
import type { ErrorCode } from '../errors.ts';
import type { Answer, CookieChange, TextAnswer } from './answer.ts';
import { errorPage, sentenceOf } from './pages/error-page.ts';
import { layout } from './pages/layout.ts';
import type { Page } from './pages/layout.ts';
import { isMetCode, layerOf } from './problem.ts';
import type { MetCode, OtherLayer, Problem } from './problem.ts';

/** How a refusal is answered: the status, and who can mend it. */
interface Rule {
  readonly status: number;
  readonly mend: Actor;
}

const rule = (status: number, mend: Actor): Rule => ({ status, mend });

/** Exhaustive on purpose: a new code does not compile until its status is chosen here. */
const RULES: { readonly [code in MetCode]: Rule } = {
  // Sign-ins that cannot begin.
  ENTRA_TOO_MANY_PENDING: rule(429, 'nobody'),
  ENTRA_CHALLENGE_IMPOSSIBLE: rule(500, 'operator'),
  // Answers that belong to no sign-in of this browser.
  ENTRA_STATE_MISSING: rule(400, 'person'),
  ENTRA_STATE_UNKNOWN: rule(400, 'person'),
  ENTRA_OTHER_BROWSER: rule(400, 'person'),
  ENTRA_OTHER_METHOD: rule(400, 'person'),
  ENTRA_TOO_LATE: rule(400, 'person'),
  ENTRA_CONFIGURATION_CHANGED: rule(400, 'person'),
  ENTRA_RESPONSE_DUPLICATE: rule(400, 'person'),
  ENTRA_RESPONSE_TRANSPORT: rule(400, 'person'),
  ENTRA_RESPONSE_UNEXPECTED: rule(400, 'person'),
  ENTRA_RESPONSE_INCOMPLETE: rule(400, 'person'),
  ENTRA_RESPONSE_ISSUER: rule(400, 'person'),
  // Entra said no.
  ENTRA_ACCESS_DENIED: rule(403, 'person'),
  ENTRA_CONSENT_REQUIRED: rule(403, 'administrator'),
  ENTRA_INTERACTION_REQUIRED: rule(403, 'person'),
  ENTRA_LOGIN_REQUIRED: rule(403, 'person'),
  ENTRA_GRANT_REFUSED: rule(403, 'person'),
  ENTRA_CLIENT_REFUSED: rule(500, 'operator'),
  ENTRA_CREDENTIAL_UNUSABLE: rule(500, 'operator'),
  ENTRA_CLIENT_UNAUTHORIZED: rule(500, 'administrator'),
  ENTRA_REQUEST_REFUSED: rule(500, 'operator'),
  ENTRA_SCOPE_REFUSED: rule(500, 'operator'),
  ENTRA_RESOURCE_REFUSED: rule(500, 'operator'),
  ENTRA_RESPONSE_TYPE_DISABLED: rule(500, 'administrator'),
  ENTRA_UNAVAILABLE: rule(503, 'nobody'),
  ENTRA_ERROR_UNKNOWN: rule(502, 'administrator'),
  // The tenant does not do its part.
  ENTRA_UNREACHABLE: rule(502, 'nobody'),
  ENTRA_TIME_BUDGET: rule(504, 'nobody'),
  ENTRA_TENANT_REFUSED: rule(500, 'operator'),
  ENTRA_METADATA_REFUSED: rule(502, 'operator'),
  ENTRA_KEYS_REFUSED: rule(502, 'operator'),
  ENTRA_ANSWER_REFUSED: rule(502, 'operator'),
  // Tokens that are not believed.
  ENTRA_TOKEN_MALFORMED: rule(403, 'nobody'),
  ENTRA_TOKEN_ALGORITHM: rule(403, 'nobody'),
  ENTRA_TOKEN_KEY: rule(403, 'nobody'),
  ENTRA_TOKEN_SIGNATURE: rule(403, 'nobody'),
  ENTRA_TOKEN_ISSUER: rule(403, 'operator'),
  ENTRA_TOKEN_TENANT: rule(403, 'person'),
  ENTRA_TOKEN_AUDIENCE: rule(403, 'operator'),
  ENTRA_TOKEN_TIME: rule(403, 'operator'),
  ENTRA_TOKEN_NONCE: rule(403, 'person'),
  ENTRA_TOKEN_CLAIMS: rule(403, 'operator'),
  ENTRA_TOKEN_HASH: rule(403, 'nobody'),
  ENTRA_TOKEN_REPLAYED: rule(403, 'person'),
  ENTRA_OTHER_PERSON: rule(403, 'person'),
  ENTRA_USERNAME_MISSING: rule(403, 'administrator'),
  // Graph.
  ENTRA_GRAPH_UNREACHABLE: rule(502, 'nobody'),
  ENTRA_GRAPH_THROTTLED: rule(503, 'nobody'),
  ENTRA_GRAPH_UNAUTHORIZED: rule(502, 'operator'),
  ENTRA_GRAPH_FORBIDDEN: rule(403, 'administrator'),
  ENTRA_GRAPH_CHALLENGE: rule(403, 'person'),
  ENTRA_GRAPH_REFUSED: rule(502, 'operator'),
  ENTRA_GROUPS_LINK: rule(502, 'operator'),
  ENTRA_GROUPS_LIMIT: rule(403, 'administrator'),
  ENTRA_GROUPS_UNNAMED: rule(403, 'administrator'),
  ENTRA_GROUPS_SCOPE: rule(403, 'administrator'),
  // Entra vouches for the person, and they are not let in.
  SIGN_IN_USERNAME_REFUSED: rule(403, 'administrator'),
  SIGN_IN_GUEST_REFUSED: rule(403, 'person'),
  SIGN_IN_NAME_TAKEN: rule(403, 'operator'),
  SIGN_IN_NO_GROUP: rule(403, 'operator'),
  SIGN_IN_NO_ROLE: rule(403, 'operator'),
  SIGN_IN_REJECTED: rule(403, 'person'),
  SIGN_IN_TOO_MANY_TRIES: rule(429, 'nobody'),
  SIGN_IN_DENIED: rule(403, 'operator'),
  SIGN_IN_EXTENSION_FAILED: rule(503, 'operator'),
  SIGN_IN_CHALLENGE_UNMET: rule(403, 'person'),
  SIGN_IN_ENRICHMENT_REFUSED: rule(500, 'operator'),
  // Requests.
  SERVER_TARGET_REFUSED: rule(400, 'person'),
  SERVER_HOST_REFUSED: rule(400, 'operator'),
  SERVER_HOST_UNKNOWN: rule(421, 'operator'),
  SERVER_NOT_FOUND: rule(404, 'person'),
  SERVER_METHOD_REFUSED: rule(405, 'person'),
  SERVER_TOO_LARGE: rule(413, 'person'),
  SERVER_MEDIA_TYPE: rule(415, 'person'),
  SERVER_FORM_INVALID: rule(400, 'person'),
  SERVER_REQUEST_INVALID: rule(400, 'person'),
  SERVER_CROSS_SITE: rule(403, 'person'),
  SERVER_RATE_LIMITED: rule(429, 'nobody'),
  SERVER_SIGN_IN_NEEDED: rule(401, 'person'),
  SERVER_GROUP_NEEDED: rule(403, 'operator'),
  SERVER_PARAMETER_UNKNOWN: rule(400, 'operator'),
  SERVER_NOT_READY: rule(503, 'nobody'),
  SERVER_INTERNAL: rule(500, 'operator'),
  // A server that does not start answers nobody; the rules are there for the table to be whole.
  SERVER_LISTEN: rule(500, 'operator'),
  SERVER_CERTIFICATE: rule(500, 'operator'),
  SERVER_SOCKET_TAKEN: rule(500, 'operator'),
};

/** Exhaustive too: a new layer does not compile until its rule is chosen here. */
const LAYERS: { readonly [layer in OtherLayer]: Rule } = {
  CONFIG: rule(500, 'operator'),
  STORE: rule(503, 'operator'),
  NET: rule(502, 'nobody'),
  EXTENSION: rule(503, 'operator'),
  EMULATOR: rule(500, 'operator'),
};

/** Who asks, as far as an answer depends on it. */
export interface Asker {
  readonly wantsJson: boolean;
}

/** The status of a code of ours. */
export function statusOf(code: ErrorCode): number {
  return ruleOf(code).status;
}

/** For what was done as it was asked. */
export const OK = 200;

/** A page, or JSON. Never kept by a cache. */
export function showPage(page: Page, cookies: readonly CookieChange[] = []): Answer {
  return { status: OK, headers: PAGE_HEADERS, cookies, body: layout(page).toString() };
}

/** The same for programs. */
export function giveJson(value: unknown, headers: Answer['headers'] = {}): Answer {
  return { status: OK, headers: { ...JSON_HEADERS, ...headers }, cookies: [], body: toJson(value) };
}

/**
 * Sends the browser on, with GET whatever it came with. The page that sends it on is not told to the next one.
 *
 * @param url An URL that was made or checked here.
 */
export function goTo(url: string, cookies: readonly CookieChange[] = []): Answer {
  const headers = { location: url, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
  return { status: 303, headers, cookies, body: '' };
}

/** A file that never changes under its name. */
export function giveAsset(type: string, content: string): Answer {
  const headers = {
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
  };
  return { status: OK, headers, cookies: [], body: content };
}

/** An image of a person, for this person alone: what is shown to the next one at this browser is asked for anew. */
export function giveImage(type: string, content: string | Uint8Array): Answer {
  const headers = { 'content-type': type, 'cache-control': 'no-store' };
  return { status: OK, headers, cookies: [], body: content };
}

/** Says what happened and who can mend it. */
export function refuse(
  problem: Problem,
  { wantsJson }: Asker,
  cookies: readonly CookieChange[] = [],
): TextAnswer {
  const { status, mend } = ruleOf(problem.code);
  const later = RETRY_AFTER[problem.code] ?? {};
  if (wantsJson) {
    const headers = { ...JSON_HEADERS, ...later };
    return { status, headers, cookies, body: toJson(asJson(problem)) };
  }
  const body = layout(errorPage(problem, problem.actor ?? mend)).toString();
  return { status, headers: { ...PAGE_HEADERS, ...later }, cookies, body };
}

/** When to try again, where the part that refused does not say so itself. Unit: seconds. */
const RETRY_AFTER: { readonly [code in ErrorCode]?: { readonly 'retry-after': string } } = {
  ENTRA_TOO_MANY_PENDING: { 'retry-after': '60' },
  ENTRA_UNAVAILABLE: { 'retry-after': '60' },
  ENTRA_GRAPH_THROTTLED: { 'retry-after': '60' },
};

const PAGE_HEADERS = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
const JSON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
};

const toJson = (value: unknown): string => `${JSON.stringify(value)}\n`;

const asJson = (problem: Problem): object => {
  const { code, denial, message, requestId, correlationId, actor, advice } = problem;
  return {
    code,
    message: message ?? sentenceOf(code),
    requestId,
    ...(denial ? { denial } : {}),
    ...(actor ? { actor } : {}),
    ...(advice ? { advice } : {}),
    ...(correlationId ? { correlationId } : {}),
  };
};

const ruleOf = (code: ErrorCode): Rule => (isMetCode(code) ? RULES[code] : LAYERS[layerOf(code)]);
