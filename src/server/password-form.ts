import type { Config, ServiceConfig } from '../config/config.ts';
import { Secret } from '../config/secret.ts';
import { EntradaError } from '../errors.ts';
import type { SignInOutcome } from '../session/sign-in.ts';
import { SIGN_IN } from './addresses.ts';
import type { Answer } from './answer.ts';
import { answerTo } from './callback.ts';
import { chainOf, homeOf } from './chain.ts';
import { networkOf } from './client-address.ts';
import { fieldOf } from './form.ts';
import type { Fields } from './form.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { refuse, statusOf } from './respond.ts';
import { safeReturnTo } from './return-to.ts';
import type { Route } from './route.ts';
import { offer, requireService } from './sign-in.ts';
import { Tries, type Try } from './tries.ts';

/** Longer usernames and passwords are nobody's. Unit: UTF-16 code units. */
const MAX_USERNAME = 256;
const MAX_PASSWORD = 1024;

/** What the form held. */
interface Typed {
  readonly service: ServiceConfig;
  readonly returnTo: string;
  readonly username: string;
  readonly password: Secret;
}

/**
 * `POST /__chsps__/login`: a username and a password, for methods of the service that take them. Only the gateway's own page
 * may send it: another site could otherwise sign people in as somebody else. Whoever is refused is told the same, whatever
 * the reason.
 *
 * Form: `service` (path of the service), `returnTo`, `username`, `password`; each once.
 */
export function passwordRoute(parts: Parts): Route {
  const tries = new Tries(parts.clock);
  return {
    name: 'sign-in-password',
    method: 'POST',
    path: SIGN_IN,
    access: 'same-origin',
    beginsSignIn: () => true,
    handle: (request) => authenticate(request, parts, tries),
  };
}

async function authenticate(request: Incoming, parts: Parts, tries: Tries): Promise<Answer> {
  const typed = readForm(request, parts.config);
  const one = { username: typed.username, network: networkOf(request.address) };
  const waitMs = tries.begin(one);
  if (waitMs > 0) return tooMany(waitMs, typed, request, parts);
  const { address, userAgent } = request;
  const outcome = await settled(
    one,
    tries,
    parts.flow.authenticate({ ...typed, address, userAgent }),
  );
  parts.metrics.count('entrada_sign_ins_total', { outcome: outcome.outcome });
  return isRejected(outcome)
    ? again('SIGN_IN_REJECTED', outcome.id, typed, request, parts)
    : answerTo(outcome, request, parts);
}

const isRejected = (outcome: SignInOutcome): boolean =>
  outcome.outcome === 'denied' && outcome.code === 'SIGN_IN_REJECTED';

/** A rejection says that somebody may be guessing; what broke here is nobody's try. */
async function settled(
  one: Try,
  tries: Tries,
  working: Promise<SignInOutcome>,
): Promise<SignInOutcome> {
  try {
    const outcome = await working;
    if (outcome.outcome === 'allowed') tries.succeed(one);
    else if (outcome.outcome === 'failed') tries.excuse(one);
    else if (!isRejected(outcome)) tries.forgive(one);
    return outcome;
  } catch (error) {
    tries.forgive(one);
    throw error;
  }
}

function readForm({ form }: Incoming, config: Config): Typed {
  if (form === null) throw invalid('there is no form');
  const service = requireService(config, fieldOf(form, 'service'));
  if (!chainOf(config, service).some(({ type }) => type === 'extension')) {
    throw new EntradaError('SERVER_NOT_FOUND', `no method of ${service.path} takes a password`);
  }
  return {
    service,
    returnTo: safeReturnTo(fieldOf(form, 'returnTo') ?? homeOf(service)),
    username: required(form, 'username', MAX_USERNAME).trim(),
    password: new Secret(required(form, 'password', MAX_PASSWORD)),
  };
}

function required(form: Fields, name: string, most: number): string {
  const value = fieldOf(form, name) ?? '';
  if (value.trim() === '') throw invalid(`${name} is empty`);
  if (value.length > most) throw invalid(`${name} is longer than ${most}`);
  return value;
}

/** No value is named: one of them is a password. */
const invalid = (reason: string): EntradaError =>
  new EntradaError('SERVER_FORM_INVALID', `the form is refused: ${reason}`);

function tooMany(waitMs: number, typed: Typed, request: Incoming, parts: Parts): Answer {
  const answer = again('SIGN_IN_TOO_MANY_TRIES', request.id, typed, request, parts);
  const seconds = String(Math.ceil(waitMs / 1000));
  return { ...answer, headers: { ...answer.headers, 'retry-after': seconds } };
}

/** The form once more, with the username that was typed. */
function again(
  code: 'SIGN_IN_REJECTED' | 'SIGN_IN_TOO_MANY_TRIES',
  requestId: string,
  { service, returnTo, username }: Typed,
  request: Incoming,
  parts: Parts,
): Answer {
  if (request.wantsJson) return refuse({ code, requestId }, request);
  const page = offer(service, returnTo, request, parts, { code, requestId, username });
  return { ...page, status: statusOf(code) };
}
