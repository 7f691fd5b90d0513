import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CertificatePair, createServerCertificate } from '../../src/emulator/certificate.ts';
import { keptAuthority, keptCertificate } from './kept-identity.ts';

/** A certificate in files, as the configuration names them. */
export interface CertificateFiles {
  /** PEM of the authority that signed it. */
  readonly ca: string;
  /** Paths. */
  readonly certificate: string;
  readonly key: string;
  /** Puts another certificate of the same authority into the same files. */
  readonly renew: () => Promise<void>;
}

/** What a test offers to clean up after itself. */
interface Teardown {
  teardown(fn: () => void): void;
}

/** Makes a certificate for some names, in files that end with the test. */
export async function certificateFiles(
  t: Teardown,
  names: readonly string[],
): Promise<CertificateFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'entrada-tls-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const authority = await keptAuthority();
  const files = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  const write = (pair: CertificatePair): void => {
    writeFileSync(files.key, pair.key, { mode: 0o600 });
    writeFileSync(files.certificate, pair.certificate);
  };
  write(await keptCertificate(authority, names));
  const renew = async (): Promise<void> => write(await createServerCertificate(authority, names));
  return { ...files, ca: authority.certificate, renew };
}
