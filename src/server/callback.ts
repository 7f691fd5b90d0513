import type { Config } from '../config/config.ts';
import { EntradaError } from '../errors.ts';
import { SESSION_COOKIE, sessionCookieName } from '../session/cookie.ts';
import type { SignInAnswer, SignInOutcome } from '../session/sign-in.ts';
import { signInAddress } from './addresses.ts';
import type { Answer, CookieChange } from './answer.ts';
import { removal, transactionCookie } from './begin.ts';
import { defaultService, homeOf } from './chain.ts';
import { parseForm } from './form.ts';
import type { Fields } from './form.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { goTo, refuse } from './respond.ts';
import { safeReturnTo } from './return-to.ts';
import type { Route } from './route.ts';
import { answerReturn } from './tenant-return.ts';

/**
 * `/?redirect-AUTH-UUID`: the answer of the tenant. By POST (`form_post`); by GET only errors come, and what looks like a
 * token there is not even passed on. Afterwards the browser is sent to a clean address. By GET people also come back from
 * the tenant's own sign-out and from the consent of an administrator.
 */
export function callbackRoutes(parts: Parts): readonly Route[] {
  const common = { path: '/', access: 'public', onRedirectUri: true } as const;
  return [
    {
      ...common,
      name: 'callback',
      method: 'POST',
      handle: (request: Incoming) => finish(request, 'form_post', readForm(request), parts),
    },
    {
      ...common,
      name: 'callback-error',
      method: 'GET',
      handle: (request: Incoming) => comeBack(request, parts),
    },
  ];
}

/** Id of the method whose redirect URI a raw target is; undefined for every other target. */
export function redirectMethodOf(target: string): string | undefined {
  return REDIRECT.exec(target)?.[1];
}

/** Entra appends to the query that the redirect URI has; some clients write its name with an equals sign. */
const REDIRECT = /^\/\?redirect-([^&=]*)=?(?:&(.*))?$/;

/** What must never stand in a URL. */
const TOKENS = new Set(['code', 'id_token', 'access_token', 'refresh_token']);

function readForm({ form, target }: Incoming): Fields {
  if (form === null || REDIRECT.exec(target)?.[2] !== undefined) {
    throw new EntradaError(
      'SERVER_FORM_INVALID',
      'the answer is not in the body, or not only there',
    );
  }
  return form;
}

function readQuery({ target }: Incoming): Fields {
  const fields = parseForm(REDIRECT.exec(target)?.[2] ?? '');
  return fields.filter(([name]) => !TOKENS.has(name));
}

async function comeBack(request: Incoming, parts: Parts): Promise<Answer> {
  const fields = readQuery(request);
  requireMethod(request, parts.config);
  return answerReturn(fields, request) ?? finish(request, 'query', fields, parts);
}

async function finish(
  request: Incoming,
  transport: SignInAnswer['transport'],
  parameters: Fields,
  parts: Parts,
): Promise<Answer> {
  const { address, userAgent, cookies } = request;
  const method = requireMethod(request, parts.config);
  const answer = { method, transport, parameters, cookies, address, userAgent };
  const outcome = await parts.flow.finish(answer);
  parts.metrics.count('entrada_sign_ins_total', { outcome: outcome.outcome });
  return answerTo(outcome, request, parts);
}

function requireMethod({ target }: Incoming, config: Config): string {
  const id = redirectMethodOf(target);
  const found = config.authentications.find((method) => method.id === id);
  if (found?.type === 'entra-id') return found.id;
  throw new EntradaError('SERVER_NOT_FOUND', 'the redirect URI of no method');
}

/** What a browser gets when its sign-in is over. */
export function answerTo(outcome: SignInOutcome, request: Incoming, parts: Parts): Answer {
  if (outcome.outcome === 'allowed') {
    const over = outcome.clear === null ? [] : [removal(outcome.clear)];
    return goTo(safeReturnTo(outcome.returnTo), [sessionCookie(outcome), ...over]);
  }
  if (outcome.outcome === 'challenged') {
    return goTo(outcome.begun.url, [
      removal(outcome.clear),
      transactionCookie(outcome.begun.cookie),
    ]);
  }
  return refused(outcome, request, parts);
}

function refused(
  outcome: Extract<SignInOutcome, { outcome: 'denied' | 'failed' }>,
  request: Incoming,
  { config }: Parts,
): Answer {
  const service = outcome.service ?? defaultService(config);
  const again =
    service && signInAddress(service, safeReturnTo(outcome.returnTo ?? homeOf(service)));
  const cookies = outcome.clear === null ? [] : [removal(outcome.clear)];
  const answer = refuse(
    { ...outcome, requestId: outcome.id, again: again ?? null },
    request,
    cookies,
  );
  return { ...answer, headers: { ...answer.headers, 'referrer-policy': 'no-referrer' } };
}

function sessionCookie(outcome: Extract<SignInOutcome, { outcome: 'allowed' }>): CookieChange {
  const name = sessionCookieName(outcome.service.type);
  return { name, value: outcome.cookie, attributes: SESSION_COOKIE };
}
