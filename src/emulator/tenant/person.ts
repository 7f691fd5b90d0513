import type { PersonSeed } from '../seed.ts';
import { stableGuid } from '../stable-id.ts';

/** A person of a directory. Members can be changed while the emulator runs. */
export interface Person {
  /** Object id (GUID, lower case). */
  readonly oid: string;
  /** User principal name; a guest's contains `#EXT#`. */
  upn: string;
  displayName: string;
  givenName: string | null;
  surname: string | null;
  mail: string | null;
  department: string | null;
  jobTitle: string | null;
  /** Object id of the manager. */
  managerOid: string | null;
  officeLocation: string | null;
  mobilePhone: string | null;
  businessPhones: readonly string[];
  preferredLanguage: string | null;
  employeeId: string | null;
  companyName: string | null;
  country: string | null;
  /** False: AADSTS50057. */
  enabled: boolean;
  password: string | null;
  /** Tenant id of the home tenant of a guest; null for a member. */
  homeTenant: string | null;
  roles: readonly string[];
  /** False: a second factor has to be registered first. */
  secondFactor: boolean;
  /** JPEG, or null. */
  photo: Uint8Array | null;
  /** Counts revocations: sessions and tokens of an earlier generation have ended, whatever the clock says. */
  generation: number;
  /** When sessions were last revoked. Unit: milliseconds since 1970-01-01 UTC. */
  sessionsValidFrom: number;
  /** Number that a refresh token of an earlier generation gets. */
  revokedWith: 50173 | 50132 | 50133;
}

/** The smallest JPEG that viewers show: one grey pixel. */
const GENERATED_PHOTO: Uint8Array = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQ' +
    'Ew8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
  'base64',
);

/** The person that a seed describes; what it leaves out is made from what it says. */
export function createPerson(seed: PersonSeed, tenantId: string, domain: string): Person {
  const upn = seed.upn ?? guestName(seed.mail ?? undefined, domain) ?? nameAt(seed, domain);
  return {
    oid: (seed.oid ?? stableGuid('person', tenantId, upn)).toLowerCase(),
    upn,
    ...names(seed, upn),
    mail: seed.mail === undefined ? upn : seed.mail,
    ...work(seed),
    ...contact(seed),
    ...account(seed),
    generation: 0,
    sessionsValidFrom: 0,
    revokedWith: 50173,
  };
}

/** True for a B2B guest. */
export const isGuest = (person: Person): boolean => person.homeTenant !== null;

/** What the person types to sign in: a guest types the address of home. */
export const signInName = (person: Person): string =>
  isGuest(person) ? (person.mail ?? person.upn) : person.upn;

/** `jane@elsewhere.example` becomes `jane_elsewhere.example#EXT#@DOMAIN`, as an invitation does it. */
const guestName = (mail: string | undefined, domain: string): string | undefined =>
  mail === undefined ? undefined : `${mail.replace('@', '_')}#EXT#@${domain}`;

const nameAt = (seed: PersonSeed, domain: string): string =>
  `${(seed.displayName ?? 'person').toLowerCase().replaceAll(/\s+/g, '.')}@${domain}`;

type Names = Pick<Person, 'displayName' | 'givenName' | 'surname'>;

function names(seed: PersonSeed, upn: string): Names {
  const given = [seed.givenName, seed.surname].filter((name) => name !== undefined).join(' ');
  const displayName = seed.displayName ?? (given || upn);
  return { displayName, givenName: seed.givenName ?? null, surname: seed.surname ?? null };
}

type Work = Pick<
  Person,
  'department' | 'jobTitle' | 'managerOid' | 'employeeId' | 'companyName' | 'officeLocation'
>;

const work = (seed: PersonSeed): Work => ({
  department: seed.department ?? null,
  jobTitle: seed.jobTitle ?? null,
  managerOid: seed.managerOid ?? null,
  employeeId: seed.employeeId ?? null,
  companyName: seed.companyName ?? null,
  officeLocation: seed.officeLocation ?? null,
});

type Contact = Pick<
  Person,
  'mobilePhone' | 'businessPhones' | 'preferredLanguage' | 'country' | 'photo'
>;

const contact = (seed: PersonSeed): Contact => ({
  mobilePhone: seed.mobilePhone ?? null,
  businessPhones: seed.businessPhones ?? [],
  preferredLanguage: seed.preferredLanguage ?? null,
  country: seed.country ?? null,
  photo: readPhoto(seed.photo),
});

type Account = Pick<Person, 'enabled' | 'password' | 'homeTenant' | 'roles' | 'secondFactor'>;

const account = (seed: PersonSeed): Account => ({
  enabled: seed.enabled ?? true,
  password: seed.password ?? null,
  homeTenant: seed.homeTenant ?? null,
  roles: seed.roles ?? [],
  secondFactor: seed.secondFactor ?? true,
});

function readPhoto(photo: string | undefined): Uint8Array | null {
  if (photo === undefined) return null;
  return photo === 'generated' ? GENERATED_PHOTO : Buffer.from(photo, 'base64');
}
