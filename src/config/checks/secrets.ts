import { warning, type Finding } from '../document/finding.ts';
import type { Path } from '../document/path.ts';
import { looksRandom } from '../keys.ts';
import { Secret } from '../secret.ts';
import type { SoundFile } from './check.ts';
import { entraIds, present } from './entries.ts';

/** What is shorter can be guessed, and cannot be told from ordinary words in a log. Unit: bytes. */
const LEAST_BYTES = 12;

/**
 * Secrets that are no secrets. Those of extensions are refused: they are looked for in everything that leaves an extension,
 * and a short one would be found in ordinary words, or not be looked for at all. A client secret is Entra's to make.
 *
 * @yields One for each.
 */
export function* findWeakSecrets(file: SoundFile): Iterable<Finding> {
  for (const [path, secret] of passwords(file)) {
    if (isShort(secret)) yield warning(path, says, { at: 'key', next: NEXT });
  }
  for (const [path, secret] of grantedSecrets(file)) {
    if (isShort(secret)) yield { code: 'CONFIG_INVALID_VALUE', path, says, at: 'key', next: NEXT };
  }
  for (const [index, keys] of present(file.keys)) {
    for (const [, key] of present(keys)) {
      if (isWhole(key) && !looksRandom(key)) yield notRandom(['keys', index], key.id);
    }
  }
}

const says = (): string => `The secret is shorter than ${LEAST_BYTES} bytes`;

const NEXT = 'Use a longer one, made at random.';

function isShort(secret: Secret): boolean {
  return Buffer.byteLength(secret.reveal()) < LEAST_BYTES;
}

function isWhole(key: {
  readonly id?: string | undefined;
  readonly secret?: Secret | undefined;
}): key is { readonly id: string; readonly secret: Secret } {
  return key.id !== undefined && key.secret !== undefined;
}

function notRandom(path: Path, id: string): Finding {
  return warning(path, () => `The key ${id} was not made at random`, {
    next: 'Make one with: entrada keygen.',
  });
}

function* passwords(file: SoundFile): Iterable<readonly [Path, Secret]> {
  for (const [index, { password }] of entraIds(file)) {
    const path = ['authentications', index, 'password'];
    if (password instanceof Secret) yield [path, password];
    else for (const [at, one] of present(password ?? [])) yield [[...path, at], one];
  }
}

function* grantedSecrets(file: SoundFile): Iterable<readonly [Path, Secret]> {
  for (const [index, { grant }] of present(file.extensions)) {
    for (const [name, entry] of Object.entries(grant?.secrets ?? {})) {
      const path = ['extensions', index, 'grant', 'secrets', name, 'value'];
      if (entry?.value !== undefined) yield [path, entry.value];
    }
  }
}
