import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/** Which certificates are believed, and which versions of TLS are spoken. Costly to make, and made once for each list. */
export type Trust = SecureContext;

/**
 * Trust in the authorities of the system and in others.
 *
 * @param ca Certificates in PEM.
 */
export function createTrust(ca: readonly string[]): Trust {
  const minVersion = 'TLSv1.2';
  if (ca.length === 0) return createSecureContext({ minVersion });
  return createSecureContext({
    minVersion,
    ca: [...getCACertificates('default'), ...ca],
  });
}
