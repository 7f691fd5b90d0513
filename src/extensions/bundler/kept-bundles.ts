import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import type { Config, StoreKey } from '../../config/config.ts';
import { systemCode } from '../../errors.ts';
import type { Bundle, MadeBundle } from '../bundle.ts';
import { bundleApart } from './bundler.ts';
import { areSame, hashText, type Modules, surroundingsOf } from './made-of.ts';

/** A bundle, and what it was made of. */
interface Kept {
  readonly folder: string;
  readonly entry: string;
  readonly surroundings: string;
  readonly modules: Modules;
  readonly bundle: Bundle;
}

type Report = (sentence: string) => void;

type Make = (folder: string, entry: string) => Promise<MadeBundle>;

/** More than any bundle that is allowed takes, with its source map. Unit: bytes. */
const MAX_BYTES = 32 * 1024 * 1024;

const PURPOSE = 'entrada kept bundle 1';

/**
 * Bundles that a gateway made before, one for each extension: whoever starts again need not bundle what has not changed.
 * Each is kept with everything that it was made of, and is taken only as long as all of that is the same. It is code, so
 * that who can write to the folder must not thereby decide what runs: a bundle without the seal of the gateway's own key is
 * not there.
 */
export class KeptBundles {
  readonly #folder: string;
  readonly #key: Uint8Array | null;
  readonly #make: Make;
  readonly #report: Report;
  /** Names of the files that were asked for. */
  readonly #asked = new Set<string>();

  /**
   * @param report Hears why none can be kept, so that every start bundles anew.
   * @param make Makes a bundle that is not kept. Default: the bundler.
   */
  constructor(
    { directory, keys }: Pick<Config, 'directory' | 'keys'>,
    report: Report,
    make: Make = bundleApart,
  ) {
    this.#make = make;
    this.#report = report;
    this.#folder = path.join(directory, 'var', 'built');
    this.#key = keys[0] ? sealingKey(keys[0]) : null;
  }

  /**
   * The bundle of a folder: the kept one, or one that is made now and kept.
   *
   * @throws {EntradaError} As `bundle`.
   */
  async bundle(folder: string, entry: string): Promise<Bundle> {
    const name = `${hashText(`${folder}\0${entry}`)}.json`;
    this.#asked.add(name);
    const surroundings = attempt(() => surroundingsOf(folder));
    const kept = surroundings && this.#find(name, { folder, entry, surroundings });
    if (kept) return kept;
    const { modules, ...made } = await this.#make(folder, entry);
    // What changed while it was bundled may be in it, or not.
    if (modules && surroundings && attempt(() => surroundingsOf(folder)) === surroundings)
      attempt(
        () => this.#keep(name, { folder, entry, surroundings, modules, bundle: made }),
        (code) => this.#unkept(code),
      );
    return made;
  }

  /** Removes whatever else is in the folder: bundles of extensions that are gone. */
  tidy(): void {
    const others = (attempt(() => readdirSync(this.#folder)) ?? []).filter(
      (name) => !this.#asked.has(name),
    );
    for (const name of others)
      attempt(() => rmSync(path.join(this.#folder, name), { recursive: true }));
  }

  #find(name: string, wanted: Pick<Kept, 'folder' | 'entry' | 'surroundings'>): Bundle | undefined {
    const kept = attempt(() => this.#read(path.join(this.#folder, name)));
    if (!kept) return undefined;
    const { folder, entry, surroundings, modules, bundle } = kept;
    const same =
      folder === wanted.folder && entry === wanted.entry && surroundings === wanted.surroundings;
    return same && attempt(() => areSame(folder, modules)) ? bundle : undefined;
  }

  #read(file: string): Kept | undefined {
    if (statSync(file).size > MAX_BYTES) return undefined;
    const [seal = '', text = ''] = readFileSync(file, 'utf8').split('\n', 2);
    return this.#isOurs(text, seal) ? JSON.parse(text) : undefined;
  }

  #keep(name: string, kept: Kept): void {
    const text = JSON.stringify(kept);
    const seal = this.#sealOf(text);
    if (!seal || text.length > MAX_BYTES) return;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const draft = path.join(this.#folder, `${name}.${process.pid}`);
    writeFileSync(draft, `${seal.toString('base64')}\n${text}`, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path.join(this.#folder, name));
  }

  #unkept(code: string): void {
    this.#report(
      `bundles cannot be kept in ${this.#folder} (${code}): let the folder belong to the user that runs the gateway, or each start makes them anew`,
    );
  }

  #isOurs(text: string, seal: string): boolean {
    const [ours, theirs] = [this.#sealOf(text), Buffer.from(seal, 'base64')];
    return ours !== null && ours.length === theirs.length && timingSafeEqual(ours, theirs);
  }

  #sealOf(text: string): Buffer | null {
    return this.#key && createHmac('sha256', this.#key).update(text).digest();
  }
}

/** Of this purpose alone: what it seals is worth nothing elsewhere. */
function sealingKey({ secret }: StoreKey): Uint8Array {
  const key = Buffer.from(secret.reveal(), 'base64url');
  return new Uint8Array(hkdfSync('sha256', key, '', PURPOSE, 32));
}

/** What the system lets nobody read is not there: what is kept is a help, never a need. */
function attempt<Value>(work: () => Value, refused?: (code: string) => void): Value | undefined {
  try {
    return work();
  } catch (error) {
    const code = systemCode(error);
    if (code === '') throw error;
    refused?.(code);
    return undefined;
  }
}
