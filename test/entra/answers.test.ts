import test from 'ava';
import fc from 'fast-check';

import { EntraUnavailableError } from '../../src/entra/entra-error.ts';
import { readErrorAnswer, toLogText } from '../../src/entra/error-answer.ts';
import { readTokenResponse } from '../../src/entra/token-response.ts';
import { anyCharacter } from '../_support/any-character.ts';

const NOW = 1_800_000_000_000;

/** The members of a token response, each right, wrong or missing. */
const member = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('Bearer', 'bearer', 'mac', '3599', 3599, 1e308, -1, 0.5, '', 'a token', null),
);
const response = fc.dictionary(
  fc.constantFrom(
    'token_type',
    'access_token',
    'refresh_token',
    'id_token',
    'scope',
    'expires_in',
    'refresh_in',
    'unknown',
  ),
  member,
);

test('any object is a token response that can be used, or is refused as none [62] [66] [N96]', (t) => {
  let read = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        response,
        response.map((members) => ({
          token_type: 'Bearer',
          access_token: 'a',
          expires_in: 60,
          ...members,
        })),
      ),
      (members) => {
        try {
          const { accessToken, expiresAt, refreshAt, scopes } = readTokenResponse(
            JSON.parse(JSON.stringify(members)),
            ['User.Read'],
            NOW,
          );
          read++;
          return (
            accessToken.reveal() !== '' &&
            NOW <= refreshAt &&
            refreshAt <= expiresAt &&
            Number.isSafeInteger(expiresAt) &&
            scopes.every((scope) => !scope.includes(' '))
          );
        } catch (error) {
          return error instanceof EntraUnavailableError && error.code === 'ENTRA_ANSWER_REFUSED';
        }
      },
    ),
    { numRuns: 500 },
  );
  t.true(read > 0, 'some of them were responses');
});

test('any error of Entra is told in one short line, without control characters or anything like a secret [31] [88] [N78]', (t) => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 600 }),
    fc.constantFrom('AADSTS50105: no\r\nTrace ID: x', `code 1.A${'x'.repeat(80)}`, '\u202Eevil'),
  );
  const answer = fc.dictionary(
    fc.constantFrom(
      'error',
      'suberror',
      'error_description',
      'error_codes',
      'claims',
      'correlation_id',
    ),
    fc.oneof(text, fc.jsonValue({ maxDepth: 2 })),
  );
  fc.assert(
    fc.property(answer, (members) => {
      const read = readErrorAnswer(JSON.parse(JSON.stringify(members)));
      if (read === undefined)
        return typeof members['error'] !== 'string' || members['error'] === '';
      const told = `${read.error}|${read.suberror ?? ''}|${read.description}`;
      return (
        told.length < 450 &&
        !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(told) &&
        !/[\w~.+/=-]{41,}/.test(told)
      );
    }),
    { numRuns: 500 },
  );
  t.is(toLogText('a\r\nb', 10), 'a b');
});
