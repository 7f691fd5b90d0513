import { resolve } from 'node:path';
import { readClientCertificate } from '../client-certificate.ts';
import { isOpenToAll } from '../config-files.ts';
import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import type { Salvaged } from '../document/salvage.ts';
import { readFederatedAssertion } from '../federated-assertion.ts';
import type { EntraIdEntry } from '../schema/authentication.ts';
import { closeToOthers } from '../shell-word.ts';
import type { CheckContext, SoundFile } from './check.ts';
import { entraIds } from './entries.ts';

type SoundEntry = NonNullable<Salvaged<EntraIdEntry>>;

type CredentialCheck = (entry: SoundEntry, path: Path, context: CheckContext) => Iterable<Finding>;

/** @yields What is wrong with how methods prove that they are the application. */
export function* findCredentialFaults(file: SoundFile, context: CheckContext): Iterable<Finding> {
  for (const [index, entry] of entraIds(file)) {
    for (const check of CHECKS) yield* check(entry, ['authentications', index], context);
  }
}

const CHECKS: readonly CredentialCheck[] = [
  oneKind,
  missing,
  unused,
  scopesOfBrowser,
  samePasswords,
  expiry,
  certificate,
  federatedAssertion,
];

const KINDS = ['password', 'certificate', 'federated_assertion'] as const;

/** Kinds that the entry has, as far as they are right by themselves. */
function kindsOf(entry: SoundEntry): readonly (typeof KINDS)[number][] {
  return KINDS.filter((kind) => entry[kind] !== undefined && entry[kind] !== null);
}

function* oneKind(entry: SoundEntry, path: Path): Iterable<Finding> {
  const [first, ...others] = kindsOf(entry);
  for (const kind of others) {
    yield {
      code: 'CONFIG_CONFLICT',
      path: [...path, kind],
      at: 'key',
      says: (it) => `The key ${it} is a credential, and ${first} is another one`,
      next: 'Keep one of them.',
    };
  }
}

/** What needs a credential, as a key of the entry; undefined when nothing does. */
function needOf({ flow, api_scopes: scopes }: SoundEntry): 'flow' | 'api_scopes' | undefined {
  if (flow === 'code' || flow === 'hybrid') return 'flow';
  return flow === 'auto' && (scopes?.length ?? 0) > 0 ? 'api_scopes' : undefined;
}

function* missing(entry: SoundEntry, path: Path): Iterable<Finding> {
  const need = needOf(entry);
  if (need === undefined || kindsOf(entry).length > 0) return;
  yield {
    code: 'CONFIG_MISSING_KEY',
    path: [...path, need],
    at: 'key',
    says: () =>
      `The key ${need} needs a credential: Entra redeems codes only for an application that proves itself`,
    next: `Add password: \${env:NAME}, certificate or federated_assertion, or take ${need} out.`,
    needs: KINDS.map((kind) => [...path, kind]),
  };
}

function* unused(entry: SoundEntry, path: Path): Iterable<Finding> {
  const [kind] = kindsOf(entry);
  const { flow, api_scopes: scopes } = entry;
  if (kind === undefined || flow === undefined || scopes === undefined) return;
  if (needOf(entry) !== undefined || scopes.length > 0) return;
  yield warning(
    [...path, kind],
    () => `The ${kind} is not used, for no code is redeemed without api_scopes`,
    { at: 'key', next: 'Take it out, add api_scopes, or write flow: code.' },
  );
}

function* scopesOfBrowser({ flow, api_scopes: scopes }: SoundEntry, path: Path): Iterable<Finding> {
  if (flow !== 'implicit' || scopes === undefined || scopes.length === 0) return;
  yield {
    code: 'CONFIG_CONFLICT',
    path: [...path, 'api_scopes'],
    at: 'key',
    says: () => 'Tokens for api_scopes come by a code alone, and flow is implicit',
    next: 'Write flow: code or hybrid, or take api_scopes out.',
  };
}

function* samePasswords({ password }: SoundEntry, path: Path): Iterable<Finding> {
  if (!Array.isArray(password)) return;
  const [first, second] = password.map((one) => one?.reveal());
  if (second === undefined || first !== second) return;
  yield warning([...path, 'password', 1], () => 'Both passwords are the same', {
    next: 'Keep one of them.',
  });
}

/** How long before the end an operator should hear of it. Unit: milliseconds. */
export const EXPIRY_WARNING_MS: number = 30 * 86_400_000;

function* expiry(entry: SoundEntry, path: Path, { now }: CheckContext): Iterable<Finding> {
  const { password, password_expires: expires } = entry;
  const place = [...path, 'password_expires'];
  if (expires === undefined) return;
  if (password === undefined || password === null) {
    yield {
      code: 'CONFIG_CONFLICT',
      path: place,
      at: 'key',
      says: () => 'The key password_expires is about a password, and there is none',
      next: 'Take it out.',
      needs: [[...path, 'password']],
    };
    return;
  }
  if (expires - now > EXPIRY_WARNING_MS) return;
  yield warning(place, () => endOf('password', expires - now), { next: NEW_SECRET });
}

const NEW_SECRET =
  'Make a new client secret in the app registration and put it before this one, as a list of two.';

function endOf(what: string, ms: number): string {
  const days = Math.ceil(ms / 86_400_000);
  return days <= 0 ? `The ${what} is expired` : `The ${what} expires in ${days} days`;
}

function* certificate(
  { certificate: entry }: SoundEntry,
  path: Path,
  context: CheckContext,
): Iterable<Finding> {
  if (entry?.certificate === undefined || entry.key === undefined) return;
  const place = [...path, 'certificate'];
  const { directory, files, now } = context;
  const paths = {
    certificate: resolve(directory, entry.certificate),
    key: resolve(directory, entry.key),
  };
  const read = readClientCertificate(files, paths);
  if (!read.ok) {
    const { part, ...problem } = read.problem;
    const key = part === paths.key ? 'key' : 'certificate';
    yield { code: 'CONFIG_INVALID_VALUE', path: [...place, key], ...problem };
    return;
  }
  yield* openKey([...place, 'key'], paths.key, context);
  yield* validity([...place, 'certificate'], read.value, now);
}

function* openKey(path: Path, file: string, { files }: CheckContext): Iterable<Finding> {
  if (!isOpenToAll(files, file)) return;
  yield warning(path, (it) => `Every user of this machine can read the key ${it}`, {
    next: `Run: ${closeToOthers(file)}`,
  });
}

/**
 * One that is over is an error: Entra refuses it, and the mend takes somebody at the portal.
 *
 * @yields When it is over, begins later, or ends soon.
 */
function* validity(
  path: Path,
  { validFrom, validTo }: { readonly validFrom: number; readonly validTo: number },
  now: number,
): Iterable<Finding> {
  const next = 'Make a new certificate, upload it to the app registration, and name it here.';
  if (validTo <= now) {
    yield {
      code: 'CONFIG_INVALID_VALUE',
      path,
      says: (it) => `The certificate ${it} is expired`,
      next,
    };
  } else if (validFrom > now) {
    yield warning(path, (it) => `The certificate ${it} is not valid yet`, {
      next: 'Check the clock of this machine, or wait.',
    });
  } else if (validTo - now <= EXPIRY_WARNING_MS) {
    yield warning(path, () => endOf('certificate', validTo - now), { next });
  }
}

function* federatedAssertion(
  { federated_assertion: entry }: SoundEntry,
  path: Path,
  { directory, files }: CheckContext,
): Iterable<Finding> {
  if (entry?.file === undefined) return;
  const read = readFederatedAssertion(files, resolve(directory, entry.file));
  if (read.ok) return;
  const { part: _part, ...problem } = read.problem;
  yield {
    code: 'CONFIG_INVALID_VALUE',
    path: [...path, 'federated_assertion', 'file'],
    ...problem,
  };
}
