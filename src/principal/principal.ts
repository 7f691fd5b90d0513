import type { Accept, Principal } from '../../sandbox/contract.ts';
import type {
  AuthenticationConfig,
  Config,
  EntraIdConfig,
  ExtensionMethodConfig,
} from '../config/config.ts';
import { frozenCopy } from '../deep-freeze.ts';
import type { EntraIdentity } from '../entra/identity.ts';
import { allGroups, baseRoles, type GroupMatch, matchGroups } from './groups.ts';
import { toUsername } from './username.ts';

/** A principal, or why there can be none. */
export type BuiltPrincipal =
  | { readonly ok: true; readonly principal: Principal; readonly groups: GroupMatch }
  | {
      readonly ok: false;
      readonly code: 'SIGN_IN_USERNAME_REFUSED' | 'SIGN_IN_GUEST_REFUSED';
      readonly why: string;
    };

/**
 * Makes the principal of a person whom an extension vouches for. Where Entra's have their tenant, this one has the method,
 * in a form that no tenant's id has: no extension can vouch for somebody of the tenant.
 *
 * @param typed The username of the form.
 */
export function vouchedPrincipal(
  { id, username, name, email, claims = {} }: Accept,
  typed: string,
  method: ExtensionMethodConfig,
  config: Pick<Config, 'groups' | 'roles'>,
): BuiltPrincipal {
  const named = toUsername(username ?? typed, method.removeUsernameSuffix);
  if (!named.ok) return { ok: false, code: 'SIGN_IN_USERNAME_REFUSED', why: named.why };
  const groups = matchGroups(
    config.groups,
    { baseGroups: method.baseGroups, matchGroupsBy: 'id' },
    null,
  );
  const principal: Principal = {
    username: named.username,
    oid: id,
    tid: tenantOf(method),
    sub: id,
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    groups: allGroups(groups),
    entraGroups: [],
    roles: baseRoles(config.roles, method.baseRoles),
    claims,
  };
  return { ok: true, principal: frozenCopy(principal), groups };
}

/** `tid` of the people of a method. */
export const tenantOf = (method: AuthenticationConfig): string =>
  method.type === 'entra-id' ? method.directoryId : `extension:${method.id}`;

/** Makes the principal of an identity: username, groups and roles of Entrada, claims. Frozen through and through. */
export function buildPrincipal(
  identity: EntraIdentity,
  method: EntraIdConfig,
  config: Pick<Config, 'groups' | 'roles'>,
): BuiltPrincipal {
  if (identity.guest && !method.allowGuests) {
    const why = 'the account is of another tenant, and allow_guests is false';
    return { ok: false, code: 'SIGN_IN_GUEST_REFUSED', why };
  }
  const name = toUsername(identity.preferredUsername, method.removeUsernameSuffix);
  if (!name.ok) return { ok: false, code: 'SIGN_IN_USERNAME_REFUSED', why: name.why };
  const groups = matchGroups(config.groups, method, identity.groups);
  const principal: Principal = {
    username: name.username,
    oid: identity.oid,
    tid: identity.tid,
    sub: identity.sub,
    upn: identity.preferredUsername,
    ...(identity.email === null ? {} : { email: identity.email }),
    ...(identity.name === null ? {} : { name: identity.name }),
    groups: allGroups(groups),
    entraGroups: identity.groups ?? [],
    roles: baseRoles(config.roles, method.baseRoles),
    claims: identity.claims,
  };
  return { ok: true, principal: frozenCopy(principal), groups };
}
