/** Pages of an app registration that something can be changed on. */
const PAGES = {
  authentication: 'Authentication',
  secrets: 'Certificates & secrets',
  permissions: 'API permissions',
  overview: 'Overview',
} as const;

/** Where to click in the Entra admin center. */
export function inPortal(applicationId: string, page: keyof typeof PAGES): string {
  return `Entra admin center > App registrations > ${applicationId} > ${PAGES[page]}`;
}
