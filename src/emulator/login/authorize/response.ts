import { redirect, type Reply } from '../../http/reply.ts';
import { formPostPage } from '../../pages/form-post.ts';
import { ANSWER_TAMPERINGS, MODE_TAMPERINGS } from '../../tamper/answers.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import { issuerOf } from '../../tokens/id-token.ts';
import type { Variants } from '../../variants.ts';
import type { World } from '../../world.ts';
import type { ResponseMode, ReturnAddress } from './authorize-request.ts';

/** Parameters of an answer, in their order. */
export type AnswerFields = readonly (readonly [name: string, value: string])[];

type Deliver = (uri: string, fields: AnswerFields, variants: Variants) => Reply;

/**
 * The three ways back to the application.
 *
 * @see https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#ResponseModes
 */
const DELIVERIES: { readonly [mode in ResponseMode]: Deliver } = {
  form_post: (uri, fields) => formPostPage(uri, fields),
  fragment: (uri, fields) => redirect(`${withPath(uri)}#${encode(fields)}`),
  query: (uri, fields, variants) => {
    const base = variants.queryRedirect === 'verbatim' ? withPath(uri) : reserialize(uri);
    return redirect(`${base}${base.includes('?') ? '&' : '?'}${encode(fields)}`);
  },
};

/** Sends an answer to the redirect URI; `state` is added where the request had one. */
export function deliver(
  world: World,
  { tampering, variants, id }: Tenant,
  { responseMode, redirectUri, state }: ReturnAddress,
  fields: AnswerFields,
): Reply {
  const stated = state === undefined ? fields : [...fields, ['state', stripMarkup(state)] as const];
  let all = sort(stated, variants);
  for (const edit of tampering.pick(ANSWER_TAMPERINGS)) all = edit(all, issuerOf(world, id));
  const mode = tampering.pick(MODE_TAMPERINGS).at(-1) ?? responseMode;
  return DELIVERIES[mode](redirectUri.uri, all, variants);
}

/** Entra takes HTML out of a state. */
const stripMarkup = (state: string): string => state.replaceAll(/<[^>]*>/g, '');

const TOKENS_FIRST: readonly string[] = [
  'code',
  'id_token',
  'access_token',
  'token_type',
  'expires_in',
  'scope',
  'error',
  'error_description',
  'error_uri',
  'error_subcode',
  'state',
  'session_state',
  'client_info',
  'correlation_id',
];

function sort(fields: AnswerFields, { formPostOrder }: Variants): AnswerFields {
  const order =
    formPostOrder === 'tokens-first'
      ? TOKENS_FIRST
      : ['state', ...TOKENS_FIRST.filter((name) => name !== 'state')];
  return fields.toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
}

const encode = (fields: AnswerFields): string =>
  fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');

/** A redirect URI without a path gains a slash in fragment and query mode. */
const withPath = (uri: string): string => uri.replace(/^(https?:\/\/[^/?#]+)(?=[?#]|$)/, '$1/');

/** As a URL library prints it: a parameter without a value gains its equals sign. */
function reserialize(uri: string): string {
  const url = new URL(uri);
  url.search = url.searchParams.toString();
  return url.href;
}
