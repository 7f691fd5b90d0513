import { json, type Reply } from '../../http/reply.ts';
import { type EmulatorRequest, headerOf } from '../../http/request.ts';
import { TOKEN_BODY_TAMPERINGS, TOKEN_REPLY_TAMPERINGS } from '../../tamper/token-replies.ts';
import type { Tenant } from '../../tenant/tenant.ts';
import { issueAccessToken } from '../../tokens/access-token.ts';
import { clientInfo } from '../../tokens/identifiers.ts';
import { issueIdToken } from '../../tokens/issue-id-token.ts';
import type { Subject } from '../../tokens/subject.ts';
import { grantedScopes } from '../consented.ts';
import { grantedText } from '../granted-text.ts';
import type { RefreshGrant } from '../grants.ts';
import type { TokenRequest } from './token-request.ts';
import type { TokenScopes } from './token-scopes.ts';

/** What a person's tokens are issued from. */
export interface TokenIssue extends TokenScopes {
  readonly subject: Subject;
  readonly nonce: string | undefined;
  /** Optional claims that the authorization request asked for in the ID token. */
  readonly requestedClaims: readonly string[];
  /** Scopes of OpenID Connect that were granted, here or earlier. */
  readonly oidc: readonly string[];
  /** What a new refresh token keeps; null: none is given. */
  readonly refresh: Pick<RefreshGrant, 'platform' | 'fixedEnd' | 'scopes'> | null;
}

/** Headers of every reply of the token endpoint. */
export const tokenHeaders = (request: EmulatorRequest): Reply['headers'] => ({
  'Cache-Control': 'no-store, no-cache',
  Pragma: 'no-cache',
  Expires: '-1',
  ...allowedOrigin(request),
  // Only clients that send telemetry get it back.
  ...(headerOf(request, 'x-client-current-telemetry') === undefined
    ? {}
    : { 'x-ms-clitelem': '1,0,0,,' }),
});

/** Whether the origin may have a token is another question; it may read the answer. */
function allowedOrigin(request: EmulatorRequest): Reply['headers'] {
  const origin = headerOf(request, 'origin');
  return origin === undefined ? {} : { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
}

/** From here on, a client should refresh before the end. Unit: seconds. */
const LONG_TOKEN_SECONDS = 7200;

/** The reply with a person's tokens, members in the order of the real one. */
export async function tokenReply(token: TokenRequest, issue: TokenIssue): Promise<Reply> {
  const { world } = token;
  const { subject, asked } = issue;
  const permissions = grantedScopes(subject.tenant, subject.app, subject.person, asked.resource);
  const audience = { ...asked, permissions };
  const access = await issueAccessToken(world, subject, audience);
  const members = {
    token_type: 'Bearer',
    scope: grantedText(world, subject.tenant, asked, permissions),
    expires_in: access.expiresIn,
    ext_expires_in: access.expiresIn,
    ...(access.expiresIn > LONG_TOKEN_SECONDS
      ? { refresh_in: Math.floor(access.expiresIn / 2) }
      : {}),
    access_token: access.token,
    ...refreshMember(token, issue),
    ...(await idTokenMember(token, issue)),
    ...clientInfoMember(token, subject),
  };
  return tampered(subject.tenant, members);
}

/** The reply, with the lies that are switched on. */
function tampered({ tampering }: Tenant, members: { readonly [name: string]: unknown }): Reply {
  let told = members;
  for (const edit of tampering.pick(TOKEN_REPLY_TAMPERINGS)) told = edit(told);
  return tampering.pick(TOKEN_BODY_TAMPERINGS)[0]?.(told) ?? json(200, told);
}

function refreshMember({ world }: TokenRequest, { subject, refresh }: TokenIssue): object {
  if (refresh === null) return {};
  const { policies } = subject.tenant;
  const issuedAt = world.time.now();
  const expiresAt = refresh.fixedEnd ?? issuedAt + policies.refreshTokenSeconds * 1000;
  const { platform, fixedEnd, scopes } = refresh;
  const grant = { platform, fixedEnd, scopes, subject, issuedAt, expiresAt, replaced: false };
  return { refresh_token: world.grants.issueRefreshToken(grant) };
}

async function idTokenMember({ world }: TokenRequest, issue: TokenIssue): Promise<object> {
  const { subject, oidc: scopes, nonce, requestedClaims } = issue;
  if (!scopes.includes('openid')) return {};
  const binding = { scopes, nonce, requestedClaims, channel: 'token' as const };
  return { id_token: await issueIdToken(world, subject, binding) };
}

const clientInfoMember = ({ field }: TokenRequest, { person, tenant }: Subject): object =>
  field('client_info') === '1' ? { client_info: clientInfo(person.oid, tenant.id) } : {};
