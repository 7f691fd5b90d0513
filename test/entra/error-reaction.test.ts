import test from 'ava';
import {
  EntraDeniedError,
  EntraGrantError,
  EntraInteractionError,
  EntraSetupError,
  EntraUnavailableError,
} from '../../src/entra/entra-error.ts';
import { readErrorAnswer, toLogText } from '../../src/entra/error-answer.ts';
import { reactTo } from '../../src/entra/error-reaction.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { Json } from '../../sandbox/contract.ts';

const read = (members: { readonly [name: string]: Json }) => {
  const answer = readErrorAnswer(members);
  if (answer === undefined) throw new Error('no error was read');
  return answer;
};

const describe = (aadsts: number): string =>
  `AADSTS${aadsts}: Text. Trace ID: 0 Correlation ID: 11111111-2222-4333-8444-555555555555 Timestamp: now`;

type Row = readonly [
  error: string,
  code: ErrorCode,
  handling: new (...input: never) => Error,
  actor: string,
];

/** Every error of the reaction table. */
const TABLE: readonly Row[] = [
  ['access_denied', 'ENTRA_ACCESS_DENIED', EntraDeniedError, 'person'],
  ['consent_required', 'ENTRA_CONSENT_REQUIRED', EntraInteractionError, 'person'],
  ['interaction_required', 'ENTRA_INTERACTION_REQUIRED', EntraInteractionError, 'person'],
  ['login_required', 'ENTRA_LOGIN_REQUIRED', EntraInteractionError, 'person'],
  ['account_selection_required', 'ENTRA_LOGIN_REQUIRED', EntraInteractionError, 'person'],
  ['invalid_grant', 'ENTRA_GRANT_REFUSED', EntraGrantError, 'person'],
  ['invalid_client', 'ENTRA_CLIENT_REFUSED', EntraSetupError, 'operator'],
  ['unauthorized_client', 'ENTRA_CLIENT_UNAUTHORIZED', EntraSetupError, 'administrator'],
  ['invalid_request', 'ENTRA_REQUEST_REFUSED', EntraSetupError, 'operator'],
  ['invalid_tenant', 'ENTRA_TENANT_REFUSED', EntraSetupError, 'operator'],
  ['unsupported_grant_type', 'ENTRA_REQUEST_REFUSED', EntraSetupError, 'operator'],
  ['invalid_scope', 'ENTRA_SCOPE_REFUSED', EntraSetupError, 'operator'],
  ['invalid_resource', 'ENTRA_RESOURCE_REFUSED', EntraSetupError, 'operator'],
  ['invalid_target', 'ENTRA_RESOURCE_REFUSED', EntraSetupError, 'operator'],
  ['unsupported_response_type', 'ENTRA_RESPONSE_TYPE_DISABLED', EntraSetupError, 'administrator'],
  ['unsupported_response', 'ENTRA_RESPONSE_TYPE_DISABLED', EntraSetupError, 'administrator'],
  ['server_error', 'ENTRA_UNAVAILABLE', EntraUnavailableError, 'nobody'],
  ['temporarily_unavailable', 'ENTRA_UNAVAILABLE', EntraUnavailableError, 'nobody'],
  ['constructor', 'ENTRA_ERROR_UNKNOWN', EntraDeniedError, 'administrator'],
  ['brand_new_error', 'ENTRA_ERROR_UNKNOWN', EntraDeniedError, 'administrator'],
];

for (const [error, code, handling, actor] of TABLE) {
  test(`${error} means ${code}, and ${actor} has to act [31]`, (t) => {
    const reaction = reactTo(read({ error }));
    t.true(reaction instanceof handling);
    t.like(reaction, { code, actor });
    t.truthy(reaction.next);
  });
}

const SUBERRORS: { readonly [suberror: string]: ErrorCode } = {
  consent_required: 'ENTRA_CONSENT_REQUIRED',
  basic_action: 'ENTRA_INTERACTION_REQUIRED',
  additional_action: 'ENTRA_INTERACTION_REQUIRED',
  message_only: 'ENTRA_INTERACTION_REQUIRED',
  user_password_expired: 'ENTRA_INTERACTION_REQUIRED',
  interrupted_user: 'ENTRA_INTERACTION_REQUIRED',
  ui_not_allowed: 'ENTRA_INTERACTION_REQUIRED',
  bad_token: 'ENTRA_GRANT_REFUSED',
  token_expired: 'ENTRA_GRANT_REFUSED',
  something_new: 'ENTRA_GRANT_REFUSED',
};

for (const [suberror, code] of Object.entries(SUBERRORS)) {
  test(`invalid_grant with ${suberror} means ${code} [31]`, (t) => {
    t.is(reactTo(read({ error: 'invalid_grant', suberror })).code, code);
  });
}

test('a suberror of another error changes nothing [31]', (t) => {
  const answer = read({ error: 'invalid_client', suberror: 'consent_required' });
  t.is(reactTo(answer).code, 'ENTRA_CLIENT_REFUSED');
});

test('the number of AADSTS changes the help and who acts, never the code [31]', (t) => {
  const plain = reactTo(read({ error: 'access_denied' }));
  const hinted = reactTo(read({ error: 'access_denied', error_description: describe(50105) }));
  t.is(hinted.code, plain.code);
  t.is(hinted.actor, 'administrator');
  t.not(hinted.next, plain.next);
});

/** The numbers of the reaction table: what must be helped with, and by whom. */
const HELPED: { readonly [actor: string]: readonly (readonly [error: string, number])[] } = {
  person: [
    ...[65004, 53003, 53000, 530032, 90072, 50020, 16000].map((n) => ['access_denied', n] as const),
    ...[65001, 50076, 50079, 50074, 50072, 50078, 50097, 50158, 700020].map(
      (n) => ['interaction_required', n] as const,
    ),
    ...[50058, 16000, 50126].map((n) => ['login_required', n] as const),
    ...[70008, 54005, 501481, 50173, 50133, 50132, 700082, 70043, 700005].map(
      (n) => ['invalid_grant', n] as const,
    ),
    ['invalid_request', 50196],
  ],
  administrator: [
    ['access_denied', 50105],
    ['consent_required', 90094],
    ['consent_required', 90095],
    ['unauthorized_client', 7000112],
    ['invalid_resource', 650057],
    ['unsupported_response_type', 700054],
    ['unsupported_response_type', 70005],
  ],
  operator: [
    ...[7000215, 7000222, 7000218, 700027, 700025, 50012, 700030, 500112].map(
      (n) => ['invalid_client', n] as const,
    ),
    ...[700016, 70001].map((n) => ['unauthorized_client', n] as const),
    ...[900144, 9002313, 50011, 90014, 90100].map((n) => ['invalid_request', n] as const),
    ...[70011, 28000, 28002, 28003, 700022, 700023, 650053].map(
      (n) => ['invalid_scope', n] as const,
    ),
    ...[500011, 50001].map((n) => ['invalid_resource', n] as const),
  ],
  nobody: [50033, 50087, 90006, 90012, 90024, 90033, 90055, 90090, 70012, 80005].map(
    (n) => ['temporarily_unavailable', n] as const,
  ),
};

for (const [actor, rows] of Object.entries(HELPED)) {
  for (const [error, aadsts] of rows) {
    test(`${error} with AADSTS${aadsts} says what ${actor} can do [31]`, (t) => {
      const plain = reactTo(read({ error }));
      const helped = reactTo(read({ error, error_description: describe(aadsts) }));
      t.like(helped, { code: plain.code, actor, aadsts });
      t.is(helped.constructor, plain.constructor);
      t.truthy(helped.next);
    });
  }
}

for (const aadsts of [700054, 70005, 700051]) {
  test(`AADSTS${aadsts} tells the administrator which boxes to tick [33]`, (t) => {
    const error = 'unsupported_response_type';
    const reaction = reactTo(read({ error, error_description: describe(aadsts) }));
    t.is(reaction.actor, 'administrator');
    t.regex(reaction.next ?? '', /ID tokens.*Access tokens/);
  });
}

test('an endless loop is told as such, and not gone through again [34]', (t) => {
  const reaction = reactTo(read({ error: 'invalid_request', error_description: describe(50196) }));
  t.is(reaction.aadsts, 50196);
  t.false(reaction instanceof EntraInteractionError);
});

test('number and correlation id come from the members, or else from the text [31]', (t) => {
  const text = read({ error: 'x', error_description: describe(65001) });
  t.like(text, { aadsts: 65001, correlationId: '11111111-2222-4333-8444-555555555555' });
  const correlation_id = '99999999-2222-4333-8444-555555555555';
  const members = read({
    error: 'x',
    error_description: describe(1),
    error_codes: [50076],
    correlation_id,
  });
  t.like(members, { aadsts: 50076, correlationId: correlation_id });
});

test('members that are not of their form are not believed [31]', (t) => {
  const answer = read({
    error: 'x',
    error_codes: ['DROP TABLE'],
    correlation_id: '<script>',
    claims: 'no JSON',
    suberror: 7,
    error_description: { a: 1 },
  });
  t.deepEqual(answer, {
    error: 'x',
    suberror: null,
    description: '',
    aadsts: null,
    correlationId: null,
    claims: null,
  });
});

for (const error of [undefined, '', 7, null, ['x']]) {
  test(`an answer whose error is ${JSON.stringify(error)} is no error [31]`, (t) => {
    t.is(readErrorAnswer({ error: error }), undefined);
  });
}

test('a description is one short printable line [31] [N78]', (t) => {
  const hostile = `<script>\r\nSet-Cookie: x\u0000\u001b[31m\u202e\u2028${'a '.repeat(50_000)}`;
  const line = toLogText(hostile, 300);
  t.true(line.length <= 301);
  t.notRegex(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test('what could be a token or secret is taken out of a description [88]', (t) => {
  const secret = 'Xy8Q~client.secret_of-the.tests~0123456789';
  t.is(toLogText(`the value ${secret} is wrong`, 300), 'the value […] is wrong');
  t.regex(toLogText('Trace ID: 11111111-2222-4333-8444-555555555555', 300), /5555$/);
});
