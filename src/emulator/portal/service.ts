import { html, type Reply, withDefaultHeaders } from '../http/reply.ts';
import type { Handler, Route } from '../http/route.ts';
import type { Service } from '../http/service.ts';
import { CONTROL_ROUTES } from './control.ts';
import { overview } from './overview.ts';
import { registration } from './registration.ts';
import { newerRequests, requestsPage } from './requests.ts';

const missing = (): Reply =>
  html(404, '<!doctype html><title>Not found</title><p>Nothing is here.');

const page = (path: string, handle: Handler): Route => ({
  endpoint: 'portal',
  methods: ['GET', 'HEAD'],
  path,
  handle,
});

/** The emulator's own pages, and its controls for other processes. */
export const portalService: Service = {
  routes: [
    page('/', overview),
    page('/applications/:id', registration),
    page('/requests', requestsPage),
    page('/requests.json', newerRequests),
    ...CONTROL_ROUTES,
  ],
  notFound: missing,
  methodNotAllowed: missing,
  fail: missing,
  decorate: (_world, _request, reply) =>
    withDefaultHeaders(reply, { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }),
};
