import { createHash } from 'node:crypto';

/** The interface between gateway and extensions that this release speaks. */
const API_VERSION = 1;

/**
 * The identity of what runs: a hash over the manifest, the built bundle and the interface's version, in the form of
 * Subresource Integrity (`sha256-` and base64). The operator approves this value; anything else is another extension.
 */
export function integrityOf(manifest: string, bundle: string): string {
  const hash = createHash('sha256');
  // Each part with its length: no two triples make one text.
  for (const part of [`entrada extension ${API_VERSION}`, manifest, bundle]) {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  }
  return `sha256-${hash.digest('base64')}`;
}
