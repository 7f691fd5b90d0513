import type { TenantSeed } from './seed.ts';

/** Tenant id of the demo. */
export const CONTOSO_TENANT_ID = '8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10';
/** Application id of the demo. */
export const CONTOSO_APPLICATION_ID = '5e2a9d34-77c1-4f0b-8a43-0c9be51d6f28';
/** Client secret of the demo's application. */
export const CONTOSO_SECRET = 'emu8Q~not-a-secret-of-anything-real_0.x';

const FABRIKAM_TENANT_ID = '2f9d4c11-6a37-4b58-9e0c-d1f7a3b5c6e8';

/**
 * The tenant of the demo: people of three departments with managers, nested groups, a Microsoft 365 group that is no
 * security group, a guest, somebody who is disabled and somebody who is not assigned to the application.
 *
 * @param redirectUris Of the application, byte for byte.
 */
export const contoso = (redirectUris: readonly string[] = []): TenantSeed => ({
  id: CONTOSO_TENANT_ID,
  name: 'Contoso',
  domains: ['contoso.example', 'contoso.onmicrosoft.com'],
  people: PEOPLE,
  groups: GROUPS,
  directoryObjects: [
    {
      kind: 'directoryRole',
      displayName: 'Global Administrator',
      members: ['adele@contoso.example'],
    },
    { kind: 'administrativeUnit', displayName: 'Headquarters', members: ['jane@contoso.example'] },
  ],
  applications: [
    {
      appId: CONTOSO_APPLICATION_ID,
      displayName: 'Entrada demo',
      redirectUris,
      secrets: [CONTOSO_SECRET],
      implicit: { idTokens: true, accessTokens: true },
      assignmentRequired: true,
      assigned: PEOPLE.flatMap(({ upn = '' }) => (upn.startsWith('ulla') ? [] : upn || GUEST_MAIL)),
      permissions: [
        'openid',
        'profile',
        'email',
        'offline_access',
        'User.Read',
        'GroupMember.Read.All',
        'User.Read.All',
        'Files.ReadWrite',
        'https://storage.azure.com/user_impersonation',
      ],
      adminConsent: ['GroupMember.Read.All', 'User.Read.All'],
      optionalClaims: { idToken: ['email', 'login_hint', 'sid'] },
    },
  ],
  storageAccounts: ['contoso'],
});

const GUEST_MAIL = 'gus@fabrikam.example';

const PEOPLE: TenantSeed['people'] & object = [
  {
    upn: 'adele@contoso.example',
    displayName: 'Adele Vance',
    givenName: 'Adele',
    surname: 'Vance',
    department: 'Management',
    jobTitle: 'Managing Director',
    roles: ['Global Administrator'],
    officeLocation: '1/1001',
    businessPhones: ['+1 425 555 0100'],
    preferredLanguage: 'en-US',
    employeeId: '1001',
    photo: 'generated',
  },
  {
    upn: 'jane@contoso.example',
    displayName: 'Jane Roe',
    givenName: 'Jane',
    surname: 'Roe',
    department: 'Finance',
    jobTitle: 'Head of Finance',
    managerOid: 'adele@contoso.example',
    officeLocation: '1/1102',
    businessPhones: ['+1 425 555 0101'],
    mobilePhone: '+1 425 555 0111',
    employeeId: '1002',
    photo: 'generated',
  },
  {
    upn: 'farid@contoso.example',
    displayName: 'Farid Aziz',
    givenName: 'Farid',
    surname: 'Aziz',
    department: 'Finance',
    jobTitle: 'Accountant',
    managerOid: 'jane@contoso.example',
    employeeId: '1003',
  },
  {
    upn: 'lena@contoso.example',
    displayName: 'Lena Brandt',
    givenName: 'Lena',
    surname: 'Brandt',
    department: 'Legal',
    jobTitle: 'Counsel',
    managerOid: 'adele@contoso.example',
    employeeId: '1004',
  },
  {
    upn: 'emil@contoso.example',
    displayName: 'Emil Novák',
    givenName: 'Emil',
    surname: 'Novák',
    department: 'Engineering',
    jobTitle: 'Engineer',
    managerOid: 'adele@contoso.example',
    employeeId: '1005',
  },
  {
    upn: 'ulla@contoso.example',
    displayName: 'Ulla Unassigned',
    givenName: 'Ulla',
    surname: 'Unassigned',
    department: 'Engineering',
    jobTitle: 'Trainee',
    managerOid: 'emil@contoso.example',
    employeeId: '1006',
  },
  {
    upn: 'dora@contoso.example',
    displayName: 'Dora Disabled',
    givenName: 'Dora',
    surname: 'Disabled',
    department: 'Legal',
    jobTitle: 'Former counsel',
    enabled: false,
    employeeId: '1007',
  },
  {
    displayName: 'Gus Guest',
    givenName: 'Gus',
    surname: 'Guest',
    mail: GUEST_MAIL,
    homeTenant: FABRIKAM_TENANT_ID,
    companyName: 'Fabrikam',
    jobTitle: 'Auditor',
  },
];

const GROUPS: TenantSeed['groups'] & object = [
  { displayName: 'Finance', members: ['jane@contoso.example', 'farid@contoso.example'] },
  { displayName: 'Legal', members: ['lena@contoso.example', 'dora@contoso.example'] },
  { displayName: 'Engineering', members: ['emil@contoso.example', 'ulla@contoso.example'] },
  { displayName: 'Auditors', description: 'Guests too', members: [GUEST_MAIL] },
  {
    displayName: 'All Staff',
    description: 'Everybody, by way of the departments',
    members: ['adele@contoso.example', 'Finance', 'Legal', 'Engineering'],
  },
  {
    displayName: 'Town Hall',
    description: 'A Microsoft 365 group that is no security group',
    securityEnabled: false,
    mailEnabled: true,
    groupTypes: ['Unified'],
    members: ['adele@contoso.example', 'jane@contoso.example', 'emil@contoso.example'],
  },
  {
    displayName: 'Newsletter',
    description: 'A distribution list',
    securityEnabled: false,
    mailEnabled: true,
    members: ['farid@contoso.example', 'lena@contoso.example'],
  },
];
