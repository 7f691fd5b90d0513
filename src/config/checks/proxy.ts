import { resolve } from 'node:path';
import { tryRead } from '../config-files.ts';
import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import { oneOf, quote } from '../document/quote.ts';
import { readCertificates } from '../values/certificates.ts';
import { readProxyEnvironment } from '../values/proxy-environment.ts';
import type { CheckContext, SoundFile } from './check.ts';
import { present } from './entries.ts';

/** @yields What is wrong with what the environment says, where a method asks for it. */
export function* findProxyEnvironmentFaults(
  { authentications }: SoundFile,
  { environment }: CheckContext,
): Iterable<Finding> {
  for (const [index, { proxy }] of present(authentications)) {
    if (proxy?.kind !== 'env') continue;
    yield* environmentFaults(['authentications', index, 'proxy'], environment);
  }
}

function* environmentFaults(
  path: Path,
  environment: CheckContext['environment'],
): Iterable<Finding> {
  const { proxies, faults, ignored } = readProxyEnvironment(environment);
  for (const name of faults) {
    yield {
      code: 'CONFIG_INVALID_VALUE',
      path,
      says: () => `The environment variable ${name} does not name a proxy`,
      next: `Set ${name} to http://host:port, https://host:port or socks5://host:port.`,
    };
  }
  if (ignored.length > 0) {
    yield warning(path, () => `NO_PROXY holds what Entrada does not understand: ${some(ignored)}`, {
      next: 'Write names, addresses or *; blocks of addresses such as 10.0.0.0/8 are not looked at.',
    });
  }
  if (faults.length === 0 && proxies.https === null && proxies.http === null) {
    yield warning(path, () => 'The environment names no proxy: nothing goes through one', {
      next: 'Set HTTPS_PROXY where Entrada is started, or write direct.',
    });
  }
}

/** A long list helps nobody. */
const MOST_LISTED = 4;

function some(words: readonly string[]): string {
  return oneOf(words.slice(0, MOST_LISTED).map(quote));
}

/** @yields Files of `tls_trusted_certificates` that cannot be read or hold something else. */
export function* findTrustFaults(
  { authentications }: SoundFile,
  context: CheckContext,
): Iterable<Finding> {
  for (const [index, { tls_trusted_certificates: sources }] of present(authentications)) {
    for (const [number, source] of present(sources)) {
      if (source.kind !== 'file' || source.path === undefined) continue;
      const path = ['authentications', index, 'tls_trusted_certificates', number];
      yield* fileFaults(path, source.path, context);
    }
  }
}

function* fileFaults(
  path: Path,
  name: string,
  { files, directory }: CheckContext,
): Iterable<Finding> {
  const place = { path, part: name };
  const read = tryRead(files, resolve(directory, name));
  if (!read.ok) {
    const next = `Relative paths start at ${directory}.`;
    const says = (it: string): string => `The file ${it} ${read.why}`;
    yield { ...place, code: 'CONFIG_UNREADABLE', says, next };
    return;
  }
  const certificates = readCertificates(read.text);
  if (typeof certificates !== 'string') return;
  const says = (it: string): string => `The file ${it} ${certificates}`;
  const next = 'It must hold -----BEGIN CERTIFICATE-----.';
  yield { ...place, code: 'CONFIG_INVALID_VALUE', says, next };
}
