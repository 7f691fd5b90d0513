import type { Reply } from '../http/reply.ts';
import type { EmulatorRequest } from '../http/request.ts';
import { graphResource } from '../resources.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import { graphError } from './errors.ts';

/**
 * A claims challenge: the caller has to sign in again with `claims`.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/claims-challenge#claims-challenge-header-format
 */
export function challengeReply(
  world: World,
  request: EmulatorRequest,
  tenant: Tenant | undefined,
  claims: object,
  status?: 401 | 403,
): Reply {
  const variants = tenant?.variants ?? world.variants;
  const encoded = Buffer.from(JSON.stringify(claims)).toString('base64');
  const parts = [
    'realm=""',
    `authorization_uri="${world.addresses.login}/common/oauth2/authorize"`,
    `client_id="${graphResource(world.cloud).appId}"`,
    'error="insufficient_claims"',
    `claims="${encoded}"`,
  ];
  return graphError(world, request, 'InvalidAuthenticationToken', {
    status: status ?? variants.challengeStatus,
    message: 'Continuous access evaluation resulted in challenge with result: InteractionRequired.',
    headers: { 'WWW-Authenticate': `Bearer ${parts.join(', ')}` },
  });
}
