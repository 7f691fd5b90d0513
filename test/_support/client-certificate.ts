// oxlint-disable-next-line import/no-unassigned-import -- the certificate library needs it
import '../../src/emulator/reflect-metadata.ts';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { X509CertificateGenerator } from '@peculiar/x509';

/** A certificate of an application with its key, in PEM. */
export interface ClientPair {
  readonly certificate: string;
  readonly key: string;
}

const DAY = 86_400_000;

/** Makes a certificate as an operator would for an app registration: RSA, signed by itself. Times in milliseconds. */
export async function clientCertificate({
  from = Date.now() - DAY,
  to = Date.now() + 365 * DAY,
  bits = 2048,
}: {
  from?: number;
  to?: number;
  bits?: number;
} = {}): Promise<ClientPair> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const signing = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, true, ['sign']);
  const { n, e } = privateKey.export({ format: 'jwk' });
  const jwk = { kty: 'RSA', ...(n && { n }), ...(e && { e }) };
  const verifying = await webcrypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=entrada-test',
    notBefore: new Date(from),
    notAfter: new Date(to),
    keys: { privateKey: signing, publicKey: verifying },
    signingAlgorithm: algorithm,
  });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { certificate: certificate.toString('pem'), key };
}

/** The beginning of a PKCS #12 file. */
export const PFX: Uint8Array = Uint8Array.from([0x30, 0x82, 0x09, 0xd6, 0x02, 0x01, 0x03, 0x30]);
