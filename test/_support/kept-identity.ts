import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import {
  type CertificatePair,
  createCertificateAuthority,
  createServerCertificate,
} from '../../src/emulator/certificate.ts';
import type { EmulatorOptions } from '../../src/emulator/emulator-options.ts';
import { KeyRing } from '../../src/emulator/keys.ts';

/**
 * Who the emulators of tests are to those that trust them: one certificate authority, certificates of it, and four keys that
 * sign tokens. They are made once for a checkout and a month. To make them takes longer than all else of an emulator's
 * start, and what they are made of has more files than the gateway. A test that is about them makes its own.
 */
const FOLDER = path.resolve(
  import.meta.dirname,
  '../../node_modules/.cache/entrada/identity',
  new Date().toISOString().slice(0, 7),
);

const PAIR = z.object({ certificate: z.string(), key: z.string() });
const KEYS = z.array(z.string());

/** Whoever makes something first made it for all: of several processes that do so at the same time, too. */
async function kept<Value>(
  name: string,
  schema: z.ZodType<Value>,
  make: () => Promise<Value>,
): Promise<Value> {
  const file = path.join(FOLDER, `${name}.json`);
  const found = read(file);
  if (found !== undefined) return schema.parse(JSON.parse(found));
  const draft = `${file}.${randomUUID()}`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(draft, JSON.stringify(await make()));
  try {
    linkSync(draft, file);
  } catch (error) {
    if (read(file) === undefined) throw error;
  } finally {
    rmSync(draft);
  }
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The authority that certificates of tests are of. */
export const keptAuthority = (): Promise<CertificatePair> =>
  kept('authority', PAIR, () => createCertificateAuthority());

/** A certificate for some names; a new one where the authority is another. */
export async function keptCertificate(
  authority: CertificatePair,
  names: readonly string[],
): Promise<CertificatePair> {
  const make = (): Promise<CertificatePair> => createServerCertificate(authority, names);
  const { certificate } = await keptAuthority();
  if (authority.certificate !== certificate) return make();
  const hash = createHash('sha256').update(certificate).update(names.join('\n'));
  return kept(`server-${hash.digest('hex').slice(0, 32)}`, PAIR, make);
}

/** Options of an emulator that is the one that tests know. */
export async function keptIdentity(): Promise<
  Required<Pick<EmulatorOptions, 'certificateAuthority' | 'certify' | 'signingKeys'>>
> {
  const [certificateAuthority, signingKeys] = await Promise.all([
    keptAuthority(),
    kept('signing-keys', KEYS, async () => [...(await (await KeyRing.create()).export())]),
  ]);
  return { certificateAuthority, certify: keptCertificate, signingKeys };
}
