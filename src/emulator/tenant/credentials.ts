import { type KeyObject, X509Certificate } from 'node:crypto';
import { EntradaError } from '../../errors.ts';
import type { FederatedCredentialSeed, SecretSeed } from '../seed.ts';
import { stableGuid } from '../stable-id.ts';

export interface ClientSecret {
  readonly keyId: string;
  readonly value: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
  readonly displayName: string;
}

/** A certificate whose key may sign client assertions. */
export interface ClientCertificate {
  readonly publicKey: KeyObject;
  /** Base64url of the SHA-1 of the certificate, as `x5t`. */
  readonly sha1: string;
  /** Base64url of the SHA-256 of the certificate, as `x5t#S256`. */
  readonly sha256: string;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly expiresAt: number;
}

/** Trust in another issuer's tokens. */
export interface FederatedCredential extends FederatedCredentialSeed {
  readonly audience: string;
}

const TWO_YEARS_MS = 2 * 365 * 86_400_000;

/** A secret that a seed describes; text alone lives for two years. */
export function createSecret(seed: string | SecretSeed, now: number): ClientSecret {
  const secret = typeof seed === 'string' ? { value: seed } : seed;
  return {
    keyId: stableGuid('secret', secret.value),
    value: secret.value,
    expiresAt: secret.expiresAt ?? now + TWO_YEARS_MS,
    displayName: secret.displayName ?? 'secret',
  };
}

/**
 * The public half of a client's certificate, found by either thumbprint.
 *
 * @throws {EntradaError} `EMULATOR_SEED_INVALID` for a text that holds no certificate.
 */
export function readCertificate(pem: string): ClientCertificate {
  const certificate = parseCertificate(pem);
  return {
    publicKey: certificate.publicKey,
    sha1: thumbprint(certificate.fingerprint),
    sha256: thumbprint(certificate.fingerprint256),
    expiresAt: certificate.validToDate.getTime(),
  };
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new EntradaError('EMULATOR_SEED_INVALID', 'A certificate of an application is no PEM.', {
      cause,
      next: 'Give the text of the file, from "-----BEGIN CERTIFICATE-----" on.',
    });
  }
}

const thumbprint = (fingerprint: string): string =>
  Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');

/** The trust that a seed describes. */
export const createFederatedCredential = (seed: FederatedCredentialSeed): FederatedCredential => ({
  ...seed,
  audience: seed.audience ?? 'api://AzureADTokenExchange',
});
