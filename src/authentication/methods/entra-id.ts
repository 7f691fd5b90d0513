import type { EntraIdConfig } from '../../config/config.ts';
import { EntraError } from '../../entra/entra-error.ts';
import type { EntraId } from '../../entra/entra-id.ts';
import type { InteractiveMethod, MethodVerdict } from '../method.ts';
import type { AuthorizationAnswer } from '../../entra/response.ts';

/** Entra ID as a method of the chain. It never says `next`: whoever was sent to Entra is accepted or rejected there. */
export function entraIdMethod(
  { id, type, name, logout }: EntraIdConfig,
  entra: EntraId,
): InteractiveMethod {
  return {
    id,
    type,
    name,
    begin: (request) => entra.begin(request),
    finish: (answer) => finish(entra, answer),
    leave: async (request) => (logout === 'entra' ? entra.endSession(request) : null),
    adminConsentUrl: entra.adminConsentUrl,
  };
}

async function finish(entra: EntraId, answer: AuthorizationAnswer): Promise<MethodVerdict> {
  try {
    return { verdict: 'accept', signedIn: await entra.finish(answer) };
  } catch (error) {
    if (error instanceof EntraError) return { verdict: 'reject', error };
    throw error;
  }
}
