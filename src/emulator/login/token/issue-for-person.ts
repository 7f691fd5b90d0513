import type { Reply } from '../../http/reply.ts';
import type { Platform } from '../../seed.ts';
import type { Subject } from '../../tokens/subject.ts';
import { readClaimsParameter } from '../authorize/claims-parameter.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import type { ScopeRequest } from '../scopes.ts';
import { refusePerson } from './person-checks.ts';
import { tokenReply } from './token-reply.ts';
import type { TokenRequest } from './token-request.ts';
import { tokenScopes } from './token-scopes.ts';

/** What a person's grant hands over to the tokens that are issued from it. */
export interface PersonGrant {
  readonly subject: Subject;
  /** Scopes that the grant was given for. */
  readonly scopes: ScopeRequest;
  readonly nonce: string | undefined;
  /** Optional claims that the authorization request asked for in the ID token. */
  readonly requestedClaims: readonly string[];
  readonly platform: Platform;
  /** End of the fixed life of `spa` refresh tokens; null: none. */
  readonly fixedEnd: number | null;
}

/**
 * The way from a grant to a person's tokens, the same for codes, refresh tokens and devices: scopes of one resource, what
 * the client declares, the person checked anew, then the reply.
 *
 * @param spend Marks the grant as used; called when nothing stands in the way any more.
 */
export async function issueForPerson(
  token: TokenRequest,
  grant: PersonGrant,
  spend: () => void,
): Promise<Reply | Refusal> {
  const wanted = tokenScopes(token, grant.scopes);
  if (isRefusal(wanted)) return wanted;
  const claims = readClaimsParameter(token.field('claims'));
  if (isRefusal(claims)) return claims;
  const capabilities = [...new Set([...grant.subject.capabilities, ...claims.capabilities])];
  const subject = { ...grant.subject, capabilities };
  const refusal = refusePerson(token.world, subject, wanted.scopes);
  if (refusal !== undefined) return refusal;
  spend();
  token.request.notes.person = subject.person.oid;
  const oidc = [...new Set([...grant.scopes.oidc, ...wanted.scopes.oidc])];
  // A refresh token is given to whom asked for offline_access, here or when the grant was made.
  const refresh = oidc.includes('offline_access') ? grant : null;
  return tokenReply(token, { ...grant, ...wanted, subject, oidc, refresh });
}
