import type { Cloud } from '../clouds.ts';
import type { Application } from '../tenant/application.ts';
import type { Group } from '../tenant/group.ts';
import type { Subject } from './subject.ts';
import type { Claims } from './sign.ts';

/** Groups above which a JWT of the token endpoint names a source instead. */
const JWT_GROUP_LIMIT = 200;

/** Where a token is issued: tokens in a browser have less room. */
export type Channel = 'authorize' | 'token';

const INCLUDES: { readonly [setting in Application['groupClaims']]: (group: Group) => boolean } = {
  None: () => false,
  SecurityGroup: ({ kind, securityEnabled }) => kind === 'group' && securityEnabled,
  All: () => true,
};

/**
 * `groups`, or the mark of too many: `hasgroups` in the browser, `_claim_names` from the token endpoint.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
 */
export function groupClaims(
  { tenant, app, person }: Subject,
  cloud: Cloud,
  channel: Channel,
): Claims {
  const includes = INCLUDES[app.groupClaims];
  const groups = tenant.directory.membershipsOf(person.oid, true).filter(includes);
  if (groups.length === 0) return {};
  const limit = channel === 'authorize' ? tenant.variants.implicitGroupLimit : JWT_GROUP_LIMIT;
  if (groups.length <= limit) return { groups: groups.map(({ id }) => id) };
  return channel === 'authorize' ? { hasgroups: true } : overage(tenant.id, person.oid, cloud);
}

/** The retired Azure AD Graph, which no client may call any more. */
const overage = (tenantId: string, oid: string, cloud: Cloud): Claims => ({
  _claim_names: { groups: 'src1' },
  _claim_sources: {
    src1: { endpoint: `https://${cloud.graphHostName}/${tenantId}/users/${oid}/getMemberObjects` },
  },
});

/** Values of the app roles of the person and of the groups that the person is directly in. */
export function roleClaims({ tenant, app, person }: Subject): Claims {
  const groups = tenant.directory.membershipsOf(person.oid, false).map(({ id }) => id);
  const roles = [person.oid, ...groups].flatMap((id) => app.roleAssignments.get(id) ?? []);
  return roles.length === 0 ? {} : { roles: [...new Set(roles)] };
}
