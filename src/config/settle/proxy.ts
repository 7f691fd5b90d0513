import { resolve } from 'node:path';
import { EntradaError } from '../../errors.ts';
import { tryRead } from '../config-files.ts';
import type { ProxyConfig } from '../config.ts';
import type { Sources } from '../sources.ts';
import { readCertificates, type CertificateSource } from '../values/certificates.ts';
import type { ProxyEntry } from '../values/proxy.ts';
import { readProxyEnvironment } from '../values/proxy-environment.ts';

/** Settles a proxy: `env` becomes what the environment says now. */
export function settleProxy(entry: ProxyEntry, { environment }: Sources): ProxyConfig {
  if (entry.kind !== 'env') return entry;
  return { kind: 'environment', ...readProxyEnvironment(environment).proxies };
}

/** The certificates of all sources, each by itself, none twice. */
export function settleCertificates(
  entries: readonly CertificateSource[],
  sources: Sources,
): readonly string[] {
  return [...new Set(entries.flatMap((entry) => settleSource(entry, sources)))];
}

function settleSource(entry: CertificateSource, { files, directory }: Sources): readonly string[] {
  if (entry.kind === 'pem') return entry.certificates;
  const read = tryRead(files, resolve(directory, entry.path));
  const certificates = read.ok ? readCertificates(read.text) : read.why;
  if (typeof certificates !== 'string') return certificates;
  throw new EntradaError('CONFIG_UNREADABLE', `The file ${entry.path} ${certificates}.`);
}
