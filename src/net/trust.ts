import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

import { fingerprint } from './fingerprint.ts';

/** Which certificates are believed, and which versions of TLS are spoken. Costly to make: each authority is parsed anew. */
export type Trust = SecureContext;

/** One for each list, as long as a connection needs it. */
const known = new Map<string, WeakRef<Trust>>();

/**
 * Trust in the authorities that Node.js brings along, or was started with, and in others.
 *
 * @param ca Certificates in PEM.
 */
export function trustIn(ca: readonly string[]): Trust {
  const list = fingerprint(ca);
  const trust = known.get(list)?.deref() ?? createTrust(ca);
  known.set(list, new WeakRef(trust));
  return trust;
}

function createTrust(ca: readonly string[]): Trust {
  const minVersion = 'TLSv1.2';
  if (ca.length === 0) return createSecureContext({ minVersion });
  return createSecureContext({
    minVersion,
    ca: [...getCACertificates('default'), ...ca],
  });
}
