import { type Group, type GroupKind, securityIdentifier } from '../tenant/group.ts';
import type { GraphObject } from './odata.ts';

/** `@odata.type` of what one can be a member of. */
export const ODATA_TYPES: { readonly [kind in GroupKind]: string } = {
  group: '#microsoft.graph.group',
  directoryRole: '#microsoft.graph.directoryRole',
  administrativeUnit: '#microsoft.graph.administrativeUnit',
};

/**
 * All members of a group, in Graph's order.
 *
 * @see https://learn.microsoft.com/graph/api/resources/group
 */
const group = (of: Group): GraphObject => ({
  id: of.id,
  deletedDateTime: null,
  classification: null,
  createdDateTime: '2024-01-02T03:04:05Z',
  description: of.description,
  displayName: of.displayName,
  expirationDateTime: null,
  groupTypes: of.groupTypes,
  isAssignableToRole: null,
  mail: of.mail,
  mailEnabled: of.mailEnabled,
  mailNickname: of.displayName.replaceAll(/[^A-Za-z0-9]/g, ''),
  membershipRule: null,
  onPremisesSamAccountName: null,
  onPremisesSyncEnabled: null,
  preferredLanguage: null,
  proxyAddresses: of.mail === null ? [] : [`SMTP:${of.mail}`],
  renewedDateTime: '2024-01-02T03:04:05Z',
  securityEnabled: of.securityEnabled,
  securityIdentifier: securityIdentifier(of.id),
  visibility: of.groupTypes.includes('Unified') ? 'Private' : null,
});

const OBJECTS: { readonly [kind in GroupKind]: (of: Group) => GraphObject } = {
  group,
  directoryRole: (of) => ({
    id: of.id,
    deletedDateTime: null,
    description: of.description,
    displayName: of.displayName,
    roleTemplateId: of.id,
  }),
  administrativeUnit: (of) => ({
    id: of.id,
    deletedDateTime: null,
    description: of.description,
    displayName: of.displayName,
    visibility: null,
  }),
};

/** All members of a group, role or unit. */
export const groupObject = (of: Group): GraphObject => OBJECTS[of.kind](of);

/** Names of all members of a group. */
export const GROUP_MEMBERS: readonly string[] = [
  'id',
  'deletedDateTime',
  'classification',
  'createdDateTime',
  'description',
  'displayName',
  'expirationDateTime',
  'groupTypes',
  'isAssignableToRole',
  'mail',
  'mailEnabled',
  'mailNickname',
  'membershipRule',
  'onPremisesSamAccountName',
  'onPremisesSyncEnabled',
  'preferredLanguage',
  'proxyAddresses',
  'renewedDateTime',
  'securityEnabled',
  'securityIdentifier',
  'visibility',
];
