import { html, json, type Reply } from '../http/reply.ts';
import type { TamperName } from './catalogue.ts';

type Members = { readonly [name: string]: unknown };
type Edit = (members: Members) => Members;

const drop =
  (name: string): Edit =>
  (members) =>
    Object.fromEntries(Object.entries(members).filter(([key]) => key !== name));

/** Without the permission to read groups, or, where that is not there, without the last one. */
function reduce(scope: string): string {
  const scopes = scope.split(' ');
  const others = scopes.filter((name) => !name.endsWith('GroupMember.Read.All'));
  return (others.length < scopes.length ? others : scopes.slice(0, -1)).join(' ');
}

/** Lies about members of the token endpoint's reply. */
export const TOKEN_REPLY_TAMPERINGS: { readonly [name in TamperName]?: Edit } = {
  'reply-without-access-token': drop('access_token'),
  'reply-without-id-token': drop('id_token'),
  'reply-without-refresh-token': drop('refresh_token'),
  'reply-without-expiry': drop('expires_in'),
  'reply-scope-reduced': (members) => ({ ...members, scope: reduce(String(members['scope'])) }),
  'token-type-mac': (members) => ({ ...members, token_type: 'mac' }),
  'token-type-lower-case': (members) => ({ ...members, token_type: 'bearer' }),
  'expires-in-text': (members) => ({ ...members, expires_in: String(members['expires_in']) }),
  'expires-in-negative': (members) => ({ ...members, expires_in: -5 }),
};

/** Replies that are none. */
export const TOKEN_BODY_TAMPERINGS: {
  readonly [name in TamperName]?: (members: Members) => Reply;
} = {
  'reply-html': () => html(200, '<!doctype html><title>Sign in</title>'),
  'reply-unfinished': (members) => {
    const reply = json(200, members);
    return { ...reply, body: String(reply.body).slice(0, -20) };
  },
};
