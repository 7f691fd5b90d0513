import { issuerOf } from '../../tokens/id-token.ts';
import type { AadstsNumber } from '../aadsts.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { isSignedByOneOf, type ReadAssertion, refuseTime } from './read-assertion.ts';
import type { TokenRequest } from './token-request.ts';

/**
 * Checks the token of another issuer as credential of an application: issuer, subject and audience must match one of its
 * federated credentials exactly.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export async function verifyFederated(
  token: TokenRequest,
  assertion: ReadAssertion,
): Promise<Refusal | undefined> {
  const { iss = '', sub = '', aud } = assertion.payload;
  if (isTokenOfPerson(token, assertion)) return refuse(700229);
  const ofIssuer = token.app.federatedCredentials.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) return mismatch(token, 700211, { issuer: iss });
  const ofSubject = ofIssuer.filter(({ subject }) => subject === sub);
  if (ofSubject.length === 0) return mismatch(token, 700213, { subject: sub });
  const audiences = [aud ?? []].flat();
  const credential = ofSubject.find(({ audience }) => audiences.includes(audience));
  if (credential === undefined) return mismatch(token, 700212, { audience: audiences.join(' ') });
  if (!(await isSignedByOneOf(assertion, credential.keys))) {
    return refuse(50013, { words: { reason: 'The key was not found' } });
  }
  return refuseTime(token, assertion.payload);
}

/** A token that this very login host issued for a person. */
function isTokenOfPerson({ world, tenant }: TokenRequest, { payload }: ReadAssertion): boolean {
  const own = [issuerOf(world, tenant.id), `${world.cloud.sts}/${tenant.id}/`].includes(
    payload.iss ?? '',
  );
  return own && ('scp' in payload || 'preferred_username' in payload);
}

const mismatch = (
  { tenant }: TokenRequest,
  aadsts: AadstsNumber,
  words: { readonly [name: string]: string },
): Refusal => refuse(aadsts, { words, status: tenant.variants.federatedMismatchStatus });
