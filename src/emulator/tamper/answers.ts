import type { AnswerFields } from '../login/authorize/response.ts';
import type { ResponseMode } from '../login/authorize/authorize-request.ts';
import { randomText } from '../stable-id.ts';
import type { TamperName } from './catalogue.ts';

type Edit = (fields: AnswerFields, issuer: string) => AnswerFields;

const drop =
  (name: string): Edit =>
  (fields) =>
    fields.filter(([key]) => key !== name);

const add =
  (name: string, value: () => string): Edit =>
  (fields) => [...fields, [name, value()]];

const repeat =
  (name: string): Edit =>
  (fields) =>
    fields.flatMap((field) => (field[0] === name ? [field, field] : [field]));

const replace =
  (name: string, value: () => string): Edit =>
  (fields) =>
    fields.map(([key, old]) => [key, key === name ? value() : old]);

const HOSTILE = `AADSTS50000: </script><script>alert(1)</script>\r\nSet-Cookie: a=b\r\n\r\n${'A'.repeat(100_000)}`;

/** Lies about the parameters of an answer. */
export const ANSWER_TAMPERINGS: { readonly [name in TamperName]?: Edit } = {
  'state-missing': drop('state'),
  'state-other': replace('state', () => randomText(32)),
  'state-twice': repeat('state'),
  'code-twice': repeat('code'),
  'id-token-twice': repeat('id_token'),
  'code-added': add('code', () => `1.AX${randomText(700)}`),
  'id-token-added': add('id_token', () => `eyJhbGciOiJub25lIn0.${randomText(300)}.`),
  'code-missing': drop('code'),
  'id-token-missing': drop('id_token'),
  'access-token-missing': drop('access_token'),
  'error-added': add('error', () => 'server_error'),
  'iss-parameter-right': (fields, issuer) => [...fields, ['iss', issuer]],
  'iss-parameter-wrong': add('iss', () => 'https://login.attacker.example/v2.0'),
  'answer-huge': add('filler', () => 'x'.repeat(10_000_000)),
  'unknown-parameters': (fields) => [
    ...fields,
    ['cloud_instance_name', 'microsoftonline.com'],
    ['something_new', '1'],
  ],
  'error-alone': (fields) => [
    ...fields.filter(([name]) => name === 'state'),
    ['error', 'login_required'],
    [
      'error_description',
      'AADSTS50058: A silent sign-in request was sent but no user is signed in.',
    ],
  ],
  'description-hostile': (fields) => [
    ...fields.filter(([name]) => name === 'state'),
    ['error', 'server_error'],
    ['error_description', HOSTILE],
  ],
};

/** Lies about the way that an answer takes. */
export const MODE_TAMPERINGS: { readonly [name in TamperName]?: ResponseMode } = {
  'answer-in-query': 'query',
  'answer-in-fragment': 'fragment',
};
