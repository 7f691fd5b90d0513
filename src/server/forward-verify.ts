import type { IncomingMessage, ServerResponse } from 'node:http';

import { isLately } from '../clock.ts';
import type { ServiceConfig } from '../config/config.ts';
import { isEntradaError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { readCookie, sessionCookieName } from '../session/cookie.ts';
import type { Session } from '../session/session.ts';
import { extensionHeaders, identityHeaders, JWT_HEADER } from './forward-headers.ts';
import { createGroupRules, isAllowed } from './forward-query.ts';
import type { GroupRule } from './forward-query.ts';
import type { Parts } from './parts.ts';
import { OK, statusOf } from './respond.ts';

/**
 * A route that is asked before every request of an application, so that it stands before the router and does nothing that
 * it need not.
 */
export type Lane = (request: IncomingMessage, response: ServerResponse, query: string) => void;

/** How long a signed identity is handed out before another one is signed. Unit: milliseconds. */
const JWT_KEPT_MS = 60_000;

/** What is kept beside a session while it does not change. */
interface Passport {
  /** As Node takes them: `name, value, name, value`. */
  readonly headers: string[];
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly madeAt: number;
}

/**
 * The check of forward-auth: 200 with who it is, 401 without a session, 403 when `allowed_groups` does not match. Any
 * method, no body, and no status that a proxy could take for an acceptance when something is broken. Most checks find all
 * that they need in memory, and are answered at once.
 */
export function verifyLane(service: ServiceConfig, parts: Parts): Lane {
  const { sessions, metrics } = parts;
  const cookie = sessionCookieName(service.type);
  const ruleOf = createGroupRules();
  const passports = createPassports(parts);
  const allowed = metrics.counter('entrada_forward_auth_total', { result: 'allowed' });
  const accept = (response: ServerResponse, headers: string[]): void => {
    response.writeHead(OK, headers).end();
    allowed.add();
  };

  async function check(
    value: string | undefined,
    rule: GroupRule,
    response: ServerResponse,
  ): Promise<void> {
    const session = await sessions.check(service, value);
    if (session === undefined) return refuse('SERVER_SIGN_IN_NEEDED', response, parts);
    if (!isAllowed(session.principal, rule)) return refuse('SERVER_GROUP_NEEDED', response, parts);
    accept(response, passports.kept(session) ?? (await passports.make(session)));
  }

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    query: string,
  ): Promise<void> | void {
    const rule = ruleOf(query);
    if (rule.kind === 'unknown') return refuse('SERVER_PARAMETER_UNKNOWN', response, parts);
    const value = readCookie(request.headers.cookie, cookie);
    const session = sessions.checkNow(service, value);
    const headers = session && isAllowed(session.principal, rule) && passports.kept(session);
    return headers ? accept(response, headers) : check(value, rule, response);
  }

  return (request, response, query) => {
    try {
      answer(request, response, query)?.catch((error: unknown) => fail(error, response, parts));
    } catch (error) {
      fail(error, response, parts);
    }
  };
}

/** The headers of each session, made once a minute. */
interface Passports {
  kept(session: Session): string[] | undefined;
  make(session: Session): Promise<string[]>;
}

function createPassports({ config, identity, clock }: Parts): Passports {
  const granted = extensionHeaders(config);
  const passports = new WeakMap<Session, Passport>();
  return {
    kept(session) {
      const passport = passports.get(session);
      if (passport === undefined) return undefined;
      return isLately(passport.madeAt, JWT_KEPT_MS, clock()) ? passport.headers : undefined;
    },
    async make(session) {
      const madeAt = clock();
      const own = [...identityHeaders(session, granted), JWT_HEADER, await identity.sign(session)];
      const headers = [...own, 'Cache-Control', 'no-store', 'Content-Length', '0'];
      passports.set(session, { headers, madeAt });
      return headers;
    },
  };
}

function refuse(code: ErrorCode, response: ServerResponse, { metrics }: Parts): void {
  metrics.count('entrada_forward_auth_total', { result: code });
  const headers = [
    'Cache-Control',
    'no-store',
    'Content-Type',
    'text/plain',
    'X-Entrada-Code',
    code,
  ];
  response.writeHead(statusOf(code), headers).end(`${code}\n`);
}

function fail(error: unknown, response: ServerResponse, parts: Parts): void {
  const code = isEntradaError(error) ? error.code : 'SERVER_INTERNAL';
  parts.log.error({ code, err: error }, 'a forward-auth check failed');
  if (response.headersSent) response.destroy();
  else refuse(code, response, parts);
}
