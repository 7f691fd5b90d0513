import type { Application, RedirectUri } from '../../tenant/application.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import type { World } from '../../world.ts';
import { firstRefusal, isRefusal, refuse, type Refusal } from '../refusal.ts';
import { readScopes } from '../scopes.ts';
import type {
  AuthorizeRequest,
  Prompt,
  ResponseMode,
  ResponseType,
  ReturnAddress,
} from './authorize-request.ts';
import { readClaimsParameter } from './claims-parameter.ts';
import type { AuthorizeParameters } from './parameters.ts';

/** A request whose application and redirect URI are trusted, before the rest of it was read. */
export interface Draft {
  readonly world: World;
  readonly tenant: Tenant;
  readonly app: Application;
  readonly redirectUri: RedirectUri;
  readonly parameters: AuthorizeParameters;
  readonly responseTypes: ReadonlySet<string>;
}

const RESPONSE_MODES: readonly string[] = ['query', 'fragment', 'form_post'];
const PROMPTS: readonly string[] = ['login', 'none', 'consent', 'select_account', 'create'];

/** What discovery lists, and `token` alone, which old single page applications ask for. */
const RESPONSE_TYPES: readonly string[] = [
  'code',
  'id_token',
  'code id_token',
  'id_token token',
  'token',
];
const HYBRID_WITH_TOKEN: readonly string[] = ['code token', 'code id_token token'];

/** The response types of a request, in any order. */
export const responseTypesOf = (parameters: AuthorizeParameters): ReadonlySet<string> =>
  new Set((parameters.get('response_type') ?? '').split(' ').filter((type) => type !== ''));

/** Where the answer goes, as far as it can be known of a request that may be wrong in everything else. */
export function returnAddress(
  draft: Pick<Draft, 'parameters' | 'redirectUri' | 'responseTypes'>,
): ReturnAddress {
  const { parameters, redirectUri, responseTypes } = draft;
  const asked = parameters.get('response_mode');
  const inBrowser = responseTypes.has('id_token') || responseTypes.has('token');
  const responseMode = isResponseMode(asked) ? asked : inBrowser ? 'fragment' : 'query';
  return { redirectUri, responseMode, state: parameters.get('state') };
}

const isResponseMode = (mode: string | undefined): mode is ResponseMode =>
  mode !== undefined && RESPONSE_MODES.includes(mode);

type Check = (draft: Draft) => Refusal | undefined;

const missing = (parameter: string, { tenant }: Draft): Refusal =>
  refuse(900144, { words: { parameter }, page: tenant.variants.missingParameter === 'page' });

const typesKey = (types: ReadonlySet<string>): string => [...types].toSorted().join(' ');

/**
 * What is checked after the redirect URI is trusted, in this order; the first that fails is told to the application.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-the-sign-in-request
 */
const CHECKS: readonly Check[] = [
  ({ parameters: { duplicates } }) =>
    duplicates[0] === undefined
      ? undefined
      : refuse(9000411, { words: { parameter: duplicates[0] } }),
  ({ parameters }) => (parameters.get('resource') === undefined ? undefined : refuse(901002)),
  (draft) => (draft.responseTypes.size === 0 ? missing('response_type', draft) : undefined),
  (draft) => (draft.parameters.get('scope') === undefined ? missing('scope', draft) : undefined),
  checkResponseType,
  checkResponseMode,
  checkEnabledTypes,
  checkNonce,
  checkPrompt,
  checkChallenge,
  checkClientType,
];

function checkResponseType({ responseTypes, tenant }: Draft): Refusal | undefined {
  const extra = tenant.variants.hybridWithToken === 'accepted' ? HYBRID_WITH_TOKEN : [];
  const allowed = [...RESPONSE_TYPES, ...extra].map((types) => typesKey(new Set(types.split(' '))));
  if (allowed.includes(typesKey(responseTypes))) return undefined;
  return refuse(70005, {
    error: tenant.variants.responseTypeRefusal,
    words: { responseType: [...responseTypes].join(' ') },
  });
}

function checkResponseMode({ parameters, responseTypes }: Draft): Refusal | undefined {
  const mode = parameters.get('response_mode');
  const inBrowser = responseTypes.has('id_token') || responseTypes.has('token');
  if (mode === undefined || (isResponseMode(mode) && !(mode === 'query' && inBrowser)))
    return undefined;
  const allowed = inBrowser ? 'fragment,form_post' : 'query,fragment,form_post';
  return refuse(70007, { words: { responseMode: mode, allowed } });
}

/** The boxes under "Implicit grant and hybrid flows". */
function checkEnabledTypes({ responseTypes, app, tenant }: Draft): Refusal | undefined {
  const words = { app: app.appId, appName: app.displayName };
  const error = tenant.variants.responseTypeRefusal;
  if (responseTypes.has('id_token') && !app.implicitIdTokens)
    return refuse(700054, { words, error });
  if (responseTypes.has('token') && !app.implicitAccessTokens) {
    return refuse(tenant.variants.implicitTokenRefusal, { words, error });
  }
  return undefined;
}

function checkNonce({ responseTypes, parameters, tenant }: Draft): Refusal | undefined {
  if (!responseTypes.has('id_token') || parameters.get('nonce') !== undefined) return undefined;
  return refuse(tenant.variants.nonceRefusal, { words: { parameter: 'nonce' } });
}

function checkPrompt({ parameters }: Draft): Refusal | undefined {
  const prompt = parameters.get('prompt');
  if (prompt === undefined || isPrompt(prompt)) return undefined;
  return refuse(90023, { words: { prompt } });
}

const isPrompt = (prompt: string | undefined): prompt is Prompt =>
  prompt !== undefined && PROMPTS.includes(prompt);

/** RFC 7636 section 4.2: 43 to 128 characters. */
function checkChallenge({ parameters }: Draft): Refusal | undefined {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (challenge !== undefined && !/^[\w.~-]{43,128}$/.test(challenge)) return refuse(50147);
  if (method !== undefined && !['S256', 'plain'].includes(method)) {
    return refuse(90100, { words: { parameter: 'code_challenge_method' } });
  }
  return undefined;
}

/** Single page applications get a code only with PKCE. */
function checkClientType({ redirectUri, parameters, responseTypes }: Draft): Refusal | undefined {
  const needsProof = redirectUri.platform === 'spa' && responseTypes.has('code');
  return needsProof && parameters.get('code_challenge') === undefined ? refuse(9002325) : undefined;
}

/** Runs all checks and reads what is left: scopes and claims. */
export function checkDraft(draft: Draft): AuthorizeRequest | Refusal {
  const refusal = firstRefusal(CHECKS, draft);
  if (refusal !== undefined) return refusal;
  const scopes = readScopes(draft.parameters.get('scope') ?? '', draft);
  if (isRefusal(scopes)) return scopes;
  const claims = readClaimsParameter(draft.parameters.get('claims'));
  if (isRefusal(claims)) return claims;
  if (scopes.resources.length > 1 && draft.responseTypes.has('token')) {
    const page = draft.tenant.variants.manyResourcesWithToken === 'page';
    return refuse(700022, { words: { scope: scopes.text }, page });
  }
  return { ...returnAddress(draft), ...remainder(draft), scopes, claims };
}

function remainder(
  draft: Draft,
): Omit<AuthorizeRequest, keyof ReturnAddress | 'scopes' | 'claims'> {
  const { parameters, tenant, app } = draft;
  const prompt = parameters.get('prompt');
  const maxAge = Number(parameters.get('max_age') ?? Number.NaN);
  return {
    tenant,
    app,
    responseTypes: new Set([...draft.responseTypes].filter(isResponseType)),
    nonce: parameters.get('nonce'),
    prompt: isPrompt(prompt) ? prompt : undefined,
    loginHint: parameters.get('login_hint'),
    domainHint: parameters.get('domain_hint'),
    challenge: challengeOf(parameters),
    maxAge: Number.isFinite(maxAge) ? maxAge : undefined,
    clientInfo: parameters.get('client_info') === '1',
  };
}

const isResponseType = (type: string): type is ResponseType =>
  ['code', 'id_token', 'token'].includes(type);

function challengeOf(parameters: AuthorizeParameters): AuthorizeRequest['challenge'] {
  const value = parameters.get('code_challenge');
  if (value === undefined) return null;
  // RFC 7636 section 4.3: without a method it is plain.
  return { value, method: parameters.get('code_challenge_method') === 'S256' ? 'S256' : 'plain' };
}
