import { resolve } from 'node:path';
import type { CredentialConfig } from '../config.ts';
import type { CredentialEntry } from '../schema/credential.ts';

/** Settles the credential of a method; null when it has none. */
export function settleCredential(
  entry: CredentialEntry,
  directory: string,
): CredentialConfig | null {
  const { password, certificate, federated_assertion: assertion } = entry;
  if (certificate !== undefined) {
    return {
      kind: 'certificate',
      certificate: resolve(directory, certificate.certificate),
      key: resolve(directory, certificate.key),
    };
  }
  if (assertion !== undefined) {
    return { kind: 'federated-assertion', file: resolve(directory, assertion.file) };
  }
  if (password === undefined || password === null) return null;
  const expiresAt = entry.password_expires ?? null;
  return { kind: 'password', passwords: [password].flat(), expiresAt };
}
