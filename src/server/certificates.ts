import { readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';

import type { ServerConfig } from '../config/config.ts';
import { EntradaError } from '../errors.ts';
import type { Log } from './log.ts';

/** Files of a certificate and its key. */
export type CertificateFiles = Exclude<ServerConfig['tls'], 'off'>;

/** What they hold, as PEM. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * Reads both files and makes sure that they belong together.
 *
 * @throws {EntradaError} `SERVER_CERTIFICATE`.
 */
export function readCertificate({ certificate, key }: CertificateFiles): Certificate {
  try {
    const read = { cert: readFileSync(certificate), key: readFileSync(key) };
    createSecureContext(read);
    return read;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'no reason given';
    throw new EntradaError('SERVER_CERTIFICATE', `${certificate}, ${key}: ${reason}`, {
      next: 'Let `server.tls` name a PEM certificate chain and its key.',
      cause,
    });
  }
}

/**
 * Takes a renewed certificate without a restart. Files that do not fit leave the old one in use, and a line in the log.
 * Looks at times of change, since renewals often exchange a link that a watcher does not see.
 *
 * @param everyMs How often to look. Unit: milliseconds.
 */
export function followCertificate(
  server: Server,
  files: CertificateFiles,
  { log, everyMs }: { readonly log: Log; readonly everyMs: number },
): Disposable {
  let seen = changedAt(files);
  const timer = setInterval(() => {
    const now = changedAt(files);
    if (now === seen) return;
    seen = now;
    takeCertificate(server, files, log);
  }, everyMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function takeCertificate(server: Server, files: CertificateFiles, log: Log): void {
  try {
    server.setSecureContext(readCertificate(files));
    log.info({ certificate: files.certificate }, 'the certificate was renewed');
  } catch (error) {
    const message = error instanceof Error ? error.message : 'no reason given';
    log.error({ code: 'SERVER_CERTIFICATE', message }, 'the new certificate cannot be used');
  }
}

/** Both times in one text; a file that is gone for a moment has none. */
function changedAt({ certificate, key }: CertificateFiles): string {
  const times = [certificate, key].map(
    (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs,
  );
  return times.join(' ');
}
