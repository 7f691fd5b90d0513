import { isGuest, type Person } from '../tenant/person.ts';
import type { GraphObject } from './odata.ts';

/** What `GET /users/ID` gives without `$select`, in Graph's order. */
export const DEFAULT_PERSON_MEMBERS: readonly string[] = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
];

/**
 * All members of a person that the emulator knows.
 *
 * @see https://learn.microsoft.com/graph/api/resources/user
 */
export const personObject = (person: Person): GraphObject => ({
  businessPhones: person.businessPhones,
  displayName: person.displayName,
  givenName: person.givenName,
  jobTitle: person.jobTitle,
  mail: person.mail,
  mobilePhone: person.mobilePhone,
  officeLocation: person.officeLocation,
  preferredLanguage: person.preferredLanguage,
  surname: person.surname,
  userPrincipalName: person.upn,
  id: person.oid,
  accountEnabled: person.enabled,
  companyName: person.companyName,
  country: person.country,
  createdDateTime: '2024-01-02T03:04:05Z',
  department: person.department,
  employeeId: person.employeeId,
  employeeType: null,
  city: null,
  externalUserState: isGuest(person) ? 'Accepted' : null,
  mailNickname: person.upn.split('@')[0] ?? person.upn,
  onPremisesSamAccountName: null,
  onPremisesSyncEnabled: null,
  otherMails: isGuest(person) && person.mail !== null ? [person.mail] : [],
  postalCode: null,
  proxyAddresses: person.mail === null ? [] : [`SMTP:${person.mail}`],
  signInSessionsValidFromDateTime: new Date(person.sessionsValidFrom).toISOString(),
  state: null,
  streetAddress: null,
  usageLocation: person.country,
  userType: isGuest(person) ? 'Guest' : 'Member',
});

/** Names of all members. */
export const PERSON_MEMBERS: readonly string[] = [
  ...DEFAULT_PERSON_MEMBERS,
  'accountEnabled',
  'companyName',
  'country',
  'createdDateTime',
  'department',
  'employeeId',
  'employeeType',
  'city',
  'externalUserState',
  'mailNickname',
  'onPremisesSamAccountName',
  'onPremisesSyncEnabled',
  'otherMails',
  'postalCode',
  'proxyAddresses',
  'signInSessionsValidFromDateTime',
  'state',
  'streetAddress',
  'usageLocation',
  'userType',
];
