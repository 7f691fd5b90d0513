import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Answer } from './answer.ts';
import type { ClientAddress } from './client-address.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import type { Fields } from './form.ts';
import type { Incoming } from './incoming.ts';
import { wantsJson } from './negotiate.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** What a route is asked, out of what the router read. */
export function toIncoming(request: FastifyRequest, addressOf: ClientAddress): Incoming {
  const { id, method, raw, headers, body } = request;
  return {
    id,
    method,
    target: raw.url ?? '',
    query: queryOf(request),
    form: isForm(body) ? body : null,
    headers,
    cookies: cookiesOf(request),
    address: addressOf(raw),
    userAgent: (headers['user-agent'] ?? '').slice(0, 256),
    wantsJson: wantsJson(headers.accept),
  };
}

/** Only our own parser makes lists. */
const isForm = (body: unknown): body is Fields => Array.isArray(body);

/** The query, read as leniently as browsers write it; `target` has it as it was sent. */
export function queryOf({ raw: { url = '' } }: FastifyRequest): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}

const cookiesOf = ({ cookies }: FastifyRequest): Incoming['cookies'] =>
  Object.fromEntries(Object.entries(cookies).map(([name, value]) => [name, value ?? '']));

/** What the form of an answer depends on. */
export const askerOf = ({ headers }: FastifyRequest): { wantsJson: boolean } => ({
  wantsJson: wantsJson(headers.accept),
});

/** Hands an answer to the router. */
export function send(
  reply: FastifyReply,
  { status, headers, cookies, body }: Answer,
): FastifyReply {
  for (const { name, value, attributes, maxAgeSeconds } of cookies) {
    const maxAge = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds };
    if (value === null) reply.clearCookie(name, attributes);
    else reply.setCookie(name, value, { ...attributes, ...maxAge });
  }
  return reply
    .code(status)
    .headers({ ...ALWAYS, 'x-request-id': reply.request.id, ...headers })
    .send(body);
}

/** What every answer says, unless it says otherwise itself. */
const ALWAYS = { ...SECURITY_HEADERS, 'content-security-policy': contentSecurityPolicy() };
