import type { HostFault } from '../../../sandbox/contract.ts';
import { maskTexts } from '../../config/masking.ts';
import { readClaimsChallenge } from '../../entra/challenge-header.ts';
import { headerValues, type HttpResponse } from '../../net/http.ts';
import type { FetchContext } from './fetch.ts';
import { secretsOf } from './handles.ts';
import type { PreparedCall } from './prepare.ts';

/**
 * A refusal of the token that the person can meet at Entra; undefined for every other answer. The extension gets no answer
 * then: an SDK that sees a plain 401 would ask for the same token again.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export function challengeOf(
  response: HttpResponse,
  { token }: PreparedCall,
  { challenged, handles }: Pick<FetchContext, 'challenged' | 'handles'>,
): HostFault | undefined {
  if (!token || (response.status !== 401 && response.status !== 403)) return undefined;
  const asked = readClaimsChallenge(headerValues(response, 'www-authenticate'));
  if (asked === undefined) return undefined;
  const claims = maskTexts(asked, secretsOf(handles));
  challenged(token.resource, claims);
  const message = `${token.resource} wants the person to prove more at Entra`;
  return { code: 'CHALLENGE', message, claims };
}
