import { KeyObject, createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

import type { Extension, GeneralNameType, X509Certificate } from '@peculiar/x509';

import { x509 } from './x509.ts';

/** A certificate and its private key, both PEM. */
export interface CertificatePair {
  /** PEM of the certificate; for a server certificate, of that certificate alone. */
  readonly certificate: string;
  /** PEM of the private key, PKCS #8. */
  readonly key: string;
}

/** How long a certificate lives. Times are the machine's own: TLS libraries read no fake clock. */
export interface CertificateLifetime {
  /** From now. Unit: days. Default 397 for a server, 3650 for a certificate authority. */
  readonly days?: number;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A machine whose clock is slow must still accept a certificate made on one whose clock is right. */
const BACKDATED_MS = DAY_MS;

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const exportKey = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' });

const importKey = (pem: string): webcrypto.CryptoKey =>
  createPrivateKey(pem).toCryptoKey(ALGORITHM, true, ['sign']);

function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(now + days * DAY_MS) };
}

const serialNumber = (): string =>
  // The first bit stays clear: a serial number is a positive integer (RFC 5280 section 4.1.2.2).
  `01${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;

/**
 * Makes a certificate authority for development: ECDSA P-256, able to sign server certificates and nothing else.
 *
 * @param name Common name, as a browser's certificate viewer shows it.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9
 */
export async function createCertificateAuthority(
  name = 'Entrada development CA',
  { days = 3650 }: CertificateLifetime = {},
): Promise<CertificatePair> {
  const of = await x509();
  const keys = await newKeys();
  const certificate = await of.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    ...validity(days),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new of.BasicConstraintsExtension(true, 0, true),
      new of.KeyUsagesExtension(of.KeyUsageFlags.keyCertSign | of.KeyUsageFlags.cRLSign, true),
      await of.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: exportKey(keys.privateKey) };
}

/**
 * Makes a server certificate for names and addresses, signed by a development authority.
 *
 * @param authority What `createCertificateAuthority` gave, perhaps in an earlier run.
 * @param names DNS names (wildcards of one label too) and IP addresses; the first is the common name.
 * @see https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3
 */
export async function createServerCertificate(
  authority: CertificatePair,
  names: readonly string[],
  { days = 397 }: CertificateLifetime = {},
): Promise<CertificatePair> {
  const of = await x509();
  const keys = await newKeys();
  const issuer = new of.X509Certificate(authority.certificate);
  const certificate = await of.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [names[0] ?? 'localhost'] }],
    issuer: issuer.subject,
    ...validity(days),
    publicKey: keys.publicKey,
    signingKey: importKey(authority.key),
    signingAlgorithm: ALGORITHM,
    extensions: await serverExtensions(keys.publicKey, issuer, names),
  });
  return { certificate: certificate.toString('pem'), key: exportKey(keys.privateKey) };
}

/**
 * Makes a server certificate that nobody signed but itself, for a first start of a gateway: browsers warn until they are
 * told to trust it.
 *
 * @param names DNS names and IP addresses; the first is the common name.
 */
export async function createCertificate(
  names: readonly string[],
  { days = 397 }: CertificateLifetime = {},
): Promise<CertificatePair> {
  const of = await x509();
  const keys = await newKeys();
  const certificate = await of.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [names[0] ?? 'localhost'] }],
    ...validity(days),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: await serverExtensions(keys.publicKey, keys.publicKey, names),
  });
  return { certificate: certificate.toString('pem'), key: exportKey(keys.privateKey) };
}

async function serverExtensions(
  publicKey: webcrypto.CryptoKey,
  issuer: X509Certificate | webcrypto.CryptoKey,
  names: readonly string[],
): Promise<Extension[]> {
  const of = await x509();
  return [
    new of.BasicConstraintsExtension(false, undefined, true),
    new of.KeyUsagesExtension(of.KeyUsageFlags.digitalSignature, true),
    new of.ExtendedKeyUsageExtension([of.ExtendedKeyUsage.serverAuth]),
    new of.SubjectAlternativeNameExtension(names.map(alternativeName)),
    await of.SubjectKeyIdentifierExtension.create(publicKey),
    await of.AuthorityKeyIdentifierExtension.create(issuer),
  ];
}

const alternativeName = (value: string): { type: GeneralNameType; value: string } => ({
  type: isIP(value) === 0 ? 'dns' : 'ip',
  value,
});
