import type { ClientProof } from '../../tokens/subject.ts';
import { isRefusal, refuse, type Refusal } from '../refusal.ts';
import { verifyOwnAssertion } from './certificate-assertion.ts';
import { verifyFederated } from './federated-assertion.ts';
import { readAssertion } from './read-assertion.ts';
import { missingField, type TokenRequest } from './token-request.ts';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Checks a client assertion: one with a thumbprint is signed with a certificate of the application, any other is the
 * token of an issuer that the application trusts.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export async function verifyAssertion(
  token: TokenRequest,
  text: string,
): Promise<ClientProof | Refusal> {
  if (token.field('client_assertion_type') !== ASSERTION_TYPE) {
    return missingField('client_assertion_type');
  }
  const assertion = readAssertion(text);
  if (assertion === undefined) {
    return refuse(50013, { words: { reason: 'The assertion is malformed' } });
  }
  const own = 'x5t' in assertion.header || 'x5t#S256' in assertion.header;
  const refusal = await (own ? verifyOwnAssertion : verifyFederated)(token, assertion);
  return isRefusal(refusal) ? refusal : '2';
}
