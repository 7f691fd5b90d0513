import { X509Certificate } from 'node:crypto';
import { parsed, refused, type Parsed } from './parsed.ts';
import { parseFilePath } from './plain-text.ts';
import { splitLines } from './word-list.ts';

/** Certificates as they are written: the path of a file, or PEM in its place. */
export type CertificateSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'pem'; readonly certificates: readonly string[] };

const BEGIN = '-----BEGIN ';

/** Parses the path of a PEM file, or PEM. */
export function parseCertificateSource(text: string): Parsed<CertificateSource> {
  if (!text.includes(BEGIN)) {
    const path = parseFilePath(text);
    return path.ok ? parsed({ kind: 'file', path: path.value }) : path;
  }
  const certificates = readCertificates(text);
  return typeof certificates === 'string'
    ? refused(() => `The PEM text ${certificates}`, { next: FORM })
    : parsed({ kind: 'pem', certificates });
}

/** Parts of a text that lists sources: PEM is one whole, paths stand one a line. */
export function splitCertificateSources(text: string): readonly string[] {
  return text.includes(BEGIN) ? [text] : splitLines(text);
}

/** RFC 7468 section 5; what stands between the certificates is commentary. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, each by itself.
 *
 * @returns Or how a sentence about the text ends.
 */
export function readCertificates(text: string): readonly string[] | string {
  const found = text.match(CERTIFICATE) ?? [];
  if (found.length === 0) return 'holds no certificate';
  const broken = found.findIndex((pem) => !isCertificate(pem));
  return broken === -1 ? found : `holds a certificate that cannot be read (number ${broken + 1})`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

const FORM =
  'It must hold what lies from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.';
