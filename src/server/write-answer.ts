import type { ServerResponse } from 'node:http';

import type { Answer } from './answer.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';

/** What every answer says that never reached the router. */
const ALWAYS = {
  'content-security-policy': contentSecurityPolicy(),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Writes an answer where no router does. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...ALWAYS, ...headers, ...length }).end(body);
}
