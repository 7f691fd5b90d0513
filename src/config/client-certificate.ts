import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { ConfigFiles } from './config-files.ts';
import { readBytes } from './config-files.ts';
import { parsed, refused, type Parsed } from './values/parsed.ts';

/** A certificate of the application with its key, read and found to belong together. */
export interface ClientCertificate {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly validFrom: number;
  /** Unit: milliseconds since 1970-01-01 UTC. */
  readonly validTo: number;
}

/** Where the two files are. */
interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What Entra takes, and what RS256 and PS256 need (RFC 7518 section 3.3). Unit: bits. */
const MIN_BITS = 2048;

/**
 * Reads the certificate that proves the application. Problems name the files and nothing that is in them. Whether it is
 * valid today is not judged here.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
export function readClientCertificate(
  files: ConfigFiles,
  paths: CertificateFiles,
): Parsed<ClientCertificate> {
  const certificate = readCertificate(files, paths.certificate);
  if (!certificate.ok) return certificate;
  const key = readKey(files, paths.key);
  if (!key.ok) return key;
  if (!certificate.value.checkPrivateKey(key.value)) {
    return refused((it) => `The key ${it} is not that of the certificate`, {
      part: paths.key,
      next: 'Name the key that the certificate was made for.',
    });
  }
  return parsed({
    certificate: certificate.value,
    key: key.value,
    validFrom: certificate.value.validFromDate.getTime(),
    validTo: certificate.value.validToDate.getTime(),
  });
}

/** Reads a certificate in PEM; the first one of the file. */
export function readCertificate(files: ConfigFiles, path: string): Parsed<X509Certificate> {
  const read = readPem(files, path, 'CERTIFICATE', (name) => [
    `openssl pkcs12 -in ${name} -clcerts -nokeys -out client.crt`,
    `openssl x509 -inform DER -in ${name} -out client.crt`,
  ]);
  if (!read.ok) return read;
  try {
    return parsed(new X509Certificate(read.value));
  } catch {
    return refused((it) => `The certificate ${it} cannot be read`, { part: path });
  }
}

function readKey(files: ConfigFiles, path: string): Parsed<KeyObject> {
  const read = readPem(files, path, 'PRIVATE KEY', (name) => [
    `openssl pkcs12 -in ${name} -nocerts -noenc -out client.key`,
    `openssl pkey -inform DER -in ${name} -out client.key`,
  ]);
  if (!read.ok) return read;
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(read.value)) {
    return refused((it) => `The key ${it} is encrypted`, {
      part: path,
      next: 'Run: openssl pkey -in encrypted.key -out client.key; then chmod 600 client.key.',
    });
  }
  return parseKey(read.value, path);
}

function parseKey(pem: string, path: string): Parsed<KeyObject> {
  try {
    const key = createPrivateKey(pem);
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (key.asymmetricKeyType === 'rsa' && bits >= MIN_BITS) return parsed(key);
  } catch {
    return refused((it) => `The key ${it} cannot be read`, { part: path });
  }
  return refused((it) => `The key ${it} is not an RSA key of ${MIN_BITS} bits or more`, {
    part: path,
    next: 'Entra takes RSA keys alone: make a certificate with one.',
  });
}

/** The text of a PEM file; what else is commonly found in its place is refused with the command that converts it. */
function readPem(
  files: ConfigFiles,
  path: string,
  holds: string,
  commands: (name: string) => readonly [pkcs12: string, der: string],
): Parsed<string> {
  const read = readBytes(files, path);
  if (!read.ok) {
    return refused((it) => `The file ${it} ${read.why}`, { part: path, code: 'CONFIG_UNREADABLE' });
  }
  const text = Buffer.from(read.bytes).toString('latin1');
  if (new RegExp(`^-----BEGIN [A-Z ]*${holds}-----`, 'm').test(text)) return parsed(text);
  const [pkcs12, der] = commands('FILE');
  if (isDer(read.bytes)) {
    const command = isPkcs12(read.bytes) ? pkcs12 : der;
    return refused((it) => `The file ${it} is not in PEM`, { part: path, next: `Run: ${command}` });
  }
  return refused((it) => `The file ${it} holds no ${holds.toLowerCase()} in PEM`, {
    part: path,
    next: `It must hold -----BEGIN ${holds}-----.`,
  });
}

/** A sequence of ASN.1 with a long length: what certificates, keys and PKCS #12 files begin with. */
const isDer = (bytes: Uint8Array): boolean => bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80;

/** PFX: a sequence that begins with the version number 3 (RFC 7292 section 4). */
function isPkcs12(bytes: Uint8Array): boolean {
  const lengthBytes = (bytes[1] ?? 0) & 0x7f;
  const content = bytes.subarray(2 + lengthBytes, 5 + lengthBytes);
  return content[0] === 0x02 && content[1] === 0x01 && content[2] === 0x03;
}
