import helmet from 'helmet';

/** What helmet is told to do otherwise than it does by itself. */
const OPTIONS = {
  // Of each page, in `content-security-policy.ts`.
  contentSecurityPolicy: false,
  strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  // `frame-ancestors` says it, and can say it for one address.
  xFrameOptions: false,
  referrerPolicy: { policy: 'same-origin' },
} as const;

/** Security headers of every answer, names in lower case. They depend on nothing of a request, so helmet is asked once. */
export const SECURITY_HEADERS: { readonly [name: string]: string } = askHelmet();

/** It asks nothing of a request, and of a response that it keeps headers. */
function askHelmet(): { readonly [name: string]: string } {
  const headers: { [name: string]: string } = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- real ones would need a connection
  helmet(OPTIONS)({} as never, response as never, rethrow);
  return headers;
}

/** Helmet says by its callback what it does not take. */
function rethrow(error?: unknown): void {
  if (error !== undefined) throw error;
}
