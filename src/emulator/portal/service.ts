import { html, type Reply } from '../http/reply.ts';
import type { Service } from '../http/service.ts';

const missing = (): Reply =>
  html(404, '<!doctype html><title>Not found</title><p>Nothing is here.');

/** The emulator's own pages. */
export const portalService: Service = {
  routes: [],
  notFound: missing,
  methodNotAllowed: missing,
  fail: missing,
  decorate: (_world, _request, reply) => reply,
};
