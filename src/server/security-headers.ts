import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

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

function askHelmet(): { readonly [name: string]: string } {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(OPTIONS)(request, response, () => undefined);
  const headers = Object.entries(response.getHeaders());
  return Object.fromEntries(headers.map(([name, value]) => [name, String(value)]));
}
