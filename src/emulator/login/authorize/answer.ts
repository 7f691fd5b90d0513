import type { Reply } from '../../http/reply.ts';
import type { EmulatorRequest } from '../../http/request.ts';
import { newGuid } from '../../stable-id.ts';
import { issueAccessToken } from '../../tokens/access-token.ts';
import { clientInfo } from '../../tokens/identifiers.ts';
import { issueIdToken } from '../../tokens/issue-id-token.ts';
import type { Subject } from '../../tokens/subject.ts';
import type { World } from '../../world.ts';
import { grantedScopes } from '../consented.ts';
import { grantedText } from '../granted-text.ts';
import { soleResource } from '../scopes.ts';
import type { SignInResult } from '../sign-in/sign-in.ts';
import { subjectOf } from '../subject-of.ts';
import type { AuthorizeRequest } from './authorize-request.ts';
import { type AnswerFields, deliver } from './response.ts';

/** Gives the application what its response type asks for: a code, an ID token, an access token. */
export async function answerApplication(
  world: World,
  request: EmulatorRequest,
  authorize: AuthorizeRequest,
  result: SignInResult,
): Promise<Reply> {
  const subject = subjectOf(request, authorize.app, result, authorize.claims.capabilities);
  const { responseTypes } = authorize;
  const code = responseTypes.has('code') ? issueCode(world, authorize, subject) : undefined;
  const access = responseTypes.has('token') ? await accessFields(world, authorize, subject) : [];
  const accessToken = access.find(([name]) => name === 'access_token')?.[1];
  const fields: AnswerFields = [
    ...(code === undefined ? [] : [['code', code] as const]),
    ...(await idTokenFields(world, authorize, subject, { code, accessToken })),
    ...access,
    ...clientInfoFields(authorize, subject),
    ['session_state', newGuid()],
  ];
  return deliver(world, result.tenant, authorize, fields);
}

function issueCode(world: World, authorize: AuthorizeRequest, subject: Subject): string {
  const { scopes, redirectUri, nonce, challenge, claims } = authorize;
  return world.grants.issueCode({
    subject,
    scopes,
    redirectUri: redirectUri.uri,
    platform: redirectUri.platform,
    nonce,
    challenge,
    requestedClaims: claims.idToken,
    expiresAt: world.time.now() + subject.tenant.policies.codeSeconds * 1000,
    used: false,
  });
}

async function accessFields(
  world: World,
  { scopes, tenant, app }: AuthorizeRequest,
  subject: Subject,
): Promise<AnswerFields> {
  const asked = soleResource(scopes, world, tenant);
  if (asked === null) return [];
  const granted = grantedScopes(subject.tenant, app, subject.person, asked.resource);
  const audience = { ...asked, permissions: granted };
  const { token, expiresIn } = await issueAccessToken(world, subject, audience);
  return [
    ['access_token', token],
    ['token_type', 'Bearer'],
    ['expires_in', String(expiresIn)],
    ['scope', grantedText(world, tenant, asked, granted)],
  ];
}

async function idTokenFields(
  world: World,
  authorize: AuthorizeRequest,
  subject: Subject,
  bound: { readonly code: string | undefined; readonly accessToken: string | undefined },
): Promise<AnswerFields> {
  if (!authorize.responseTypes.has('id_token')) return [];
  const { scopes, nonce, claims } = authorize;
  const binding = { scopes: scopes.oidc, nonce, requestedClaims: claims.idToken, ...bound };
  return [['id_token', await issueIdToken(world, subject, { ...binding, channel: 'authorize' })]];
}

const clientInfoFields = (authorize: AuthorizeRequest, { person, tenant }: Subject): AnswerFields =>
  authorize.clientInfo ? [['client_info', clientInfo(person.oid, tenant.id)]] : [];
