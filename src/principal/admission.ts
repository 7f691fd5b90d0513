import type { Principal } from '../../sandbox/contract.ts';
import type { ServiceType } from '../config/config.ts';

/** Why a service does not take a principal that everybody else accepted. */
export type NotAdmitted = 'SIGN_IN_NO_GROUP' | 'SIGN_IN_NO_ROLE';

/** What each service needs: files belong to groups, administration to roles; forward-auth asks for neither. */
const NEEDS: { readonly [type in ServiceType]: (principal: Principal) => NotAdmitted | undefined } =
  {
    'file-browser': ({ groups }) => (groups.length === 0 ? 'SIGN_IN_NO_GROUP' : undefined),
    'management-console': ({ roles }) => (roles.length === 0 ? 'SIGN_IN_NO_ROLE' : undefined),
    'forward-auth': () => undefined,
  };

/** Undefined for a principal that the service takes. */
export function admission(service: ServiceType, principal: Principal): NotAdmitted | undefined {
  return NEEDS[service](principal);
}
