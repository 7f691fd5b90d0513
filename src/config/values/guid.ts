import { isHostName } from './host.ts';
import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a GUID, as a regular expression. */
export const GUID_PATTERN =
  '[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}';

/** The form of a tenant, as a regular expression. */
export const TENANT_PATTERN: string = `${GUID_PATTERN}|[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+`;

const GUID = new RegExp(`^${GUID_PATTERN}$`);

/** Parses a GUID as the Azure portal shows it; lower case. */
export function parseGuid(text: string): Parsed<string> {
  if (GUID.test(text)) return parsed(text.toLowerCase());
  return refused((it) => `${it} is not a GUID`, {
    next: 'Copy it from the Azure portal; it looks like 8b1f0c52-5d0a-4c1e-9b52-2f6d7a1e9c10.',
  });
}

/** Names and the id that stand for no single tenant: anybody with a Microsoft account could sign in. */
const NO_TENANT = new Set([
  'common',
  'organizations',
  'consumers',
  '9188040d-6c67-4c5b-b112-36a304b66dad',
]);

/** Parses one tenant: a GUID or a verified domain name; lower case. */
export function parseTenant(text: string): Parsed<string> {
  const tenant = text.toLowerCase();
  if (NO_TENANT.has(tenant)) {
    return refused((it) => `${it} is not one tenant: people of other organizations could sign in`, {
      next: FORM,
    });
  }
  if (
    GUID.test(tenant) ||
    (tenant.includes('.') && isHostName(tenant) && !/^[0-9.]+$/.test(tenant))
  ) {
    return parsed(tenant);
  }
  return refused((it) => `${it} is neither a GUID nor a domain name`, { next: FORM });
}

const FORM =
  'Write the directory (tenant) ID of your organization, or one of its verified domain names.';
