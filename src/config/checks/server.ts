import { resolve } from 'node:path';
import { isOpenToAll, tryRead } from '../config-files.ts';
import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import { closeToOthers } from '../shell-word.ts';
import type { HostPort } from '../values/host.ts';
import { areSameAddress } from '../values/listen.ts';
import type { CheckContext, SoundFile } from './check.ts';
import { entraIds, present } from './entries.ts';

/** @yields How the addresses of the server fit together. */
export function* findServerConflicts({ server }: SoundFile): Iterable<Finding> {
  const { listen, health, public_url: publicUrl, tls } = server ?? {};
  if (isAddress(listen) && isAddress(health?.listen) && areSameAddress(listen, health.listen)) {
    yield {
      code: 'CONFIG_CONFLICT',
      path: ['server', 'health', 'listen'],
      says: (it) => `${it} is already the address of the server`,
      next: 'Choose another port, on an address that is not reachable from outside.',
    };
  }
  if (publicUrl?.startsWith('http:') === true && tls !== undefined && tls !== 'off') {
    yield {
      code: 'CONFIG_CONFLICT',
      path: ['server', 'public_url'],
      says: (it) => `${it} is not encrypted, but the server speaks TLS`,
      next: 'Write https://…, or tls: off.',
    };
  }
}

function isAddress(
  address: { readonly [Key in keyof HostPort]?: HostPort[Key] | undefined } | undefined,
): address is HostPort {
  return address?.host !== undefined && address.port !== undefined;
}

/** @yields Proxies that are missing, and proxies that are everybody. */
export function* findProxyDoubts({ server }: SoundFile): Iterable<Finding> {
  const { public_url: publicUrl, tls, trusted_proxies: proxies } = server ?? {};
  if (tls === 'off' && publicUrl?.startsWith('https:') === true && proxies?.length === 0) {
    yield warning(
      ['server', 'tls'],
      () => 'TLS is off, and no proxy is trusted to end it: passwords and cookies travel in clear',
      { next: 'List the proxy in trusted_proxies, or give tls a certificate and a key.' },
    );
  }
  for (const [index, block] of present(proxies)) {
    if (!block.endsWith('/0')) continue;
    yield warning(
      ['server', 'trusted_proxies', index],
      (it) => `With ${it} everybody is believed who claims another address`,
      { next: 'List the addresses of the proxies alone.' },
    );
  }
}

/** @yields PEM files that cannot be read or hold something else. */
export function* findFileFaults(file: SoundFile, context: CheckContext): Iterable<Finding> {
  const tls = file.server?.tls;
  if (tls !== undefined && tls !== 'off') {
    yield* pemFaults(['server', 'tls', 'certificate'], tls.certificate, 'CERTIFICATE', context);
    yield* pemFaults(['server', 'tls', 'key'], tls.key, 'PRIVATE KEY', context);
    yield* openKey(['server', 'tls', 'key'], tls.key, context);
  }
  for (const [index, { authority }] of entraIds(file)) {
    const path = ['authentications', index, 'authority', 'ca'];
    yield* pemFaults(path, authority?.ca, 'CERTIFICATE', context);
  }
}

function* pemFaults(
  path: Path,
  name: string | undefined,
  holds: string,
  { files, directory }: CheckContext,
): Iterable<Finding> {
  if (name === undefined) return;
  const read = tryRead(files, resolve(directory, name));
  if (!read.ok) {
    const next = `Relative paths start at ${directory}.`;
    yield { code: 'CONFIG_UNREADABLE', path, says: (it) => `The file ${it} ${read.why}`, next };
  } else if (!new RegExp(`^-----BEGIN [A-Z ]*${holds}-----\\r?$`, 'm').test(read.text)) {
    const says = (it: string): string => `The file ${it} holds no ${holds.toLowerCase()} in PEM`;
    yield {
      code: 'CONFIG_INVALID_VALUE',
      path,
      says,
      next: `It must hold -----BEGIN ${holds}-----.`,
    };
  }
}

function* openKey(path: Path, name: string | undefined, context: CheckContext): Iterable<Finding> {
  if (name === undefined) return;
  const file = resolve(context.directory, name);
  if (!isOpenToAll(context.files, file)) return;
  yield warning(path, (it) => `Every user of this machine can read the key ${it}`, {
    next: `Run: ${closeToOthers(file)}`,
  });
}
