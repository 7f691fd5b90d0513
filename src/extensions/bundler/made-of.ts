import { createHash, type Hash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { hashOf } from '../kept.ts';

/** A folder with more than that is looked at no further: to bundle it takes no longer. */
const MAX_ENTRIES = 20_000;

/** Hash of each file of an extension that its bundle is made of, by its path in the folder. */
export type Modules = Readonly<Record<string, string>>;

/**
 * Hash of all that decides which files a bundle is made of, and how: the names of everything in the folder and where its
 * links lead, each `package.json` in it and above it, and the bundler itself. Null when that is too much to look at.
 *
 * @param most Files and folders that are looked at.
 */
export function surroundingsOf(folder: string, most: number = MAX_ENTRIES): string | null {
  const root = realpathSync(folder);
  const hash = createHash('sha256').update(`${bundlerHash()}\0${root}\0`);
  for (const above of foldersAbove(root)) addPackage(hash, above);
  let entries = 0;
  for (const entry of walk(root)) {
    if (++entries > most) return null;
    add(hash, entry);
  }
  return hash.digest('hex');
}

/** True when every file is what it was. */
export function areSame(folder: string, modules: Modules): boolean {
  const root = realpathSync(folder);
  return Object.entries(modules).every(
    ([file, hash]) => hashText(readFileSync(path.join(root, file))) === hash,
  );
}

/** The hash of one file, or of its text. */
export function hashText(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Everything below a folder, in the same order each time. Links are not followed. */
function* walk(folder: string): Generator<Dirent> {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    yield entry;
    if (entry.isDirectory()) yield* walk(path.join(folder, entry.name));
  }
}

function add(hash: Hash, entry: Dirent): void {
  const file = path.join(entry.parentPath, entry.name);
  const target = entry.isSymbolicLink() ? readlinkSync(file) : '';
  hash.update(`${entry.isDirectory() ? 'folder' : 'file'}\0${file}\0${target}\0`);
  if (entry.name === PACKAGE && !entry.isDirectory()) addPackage(hash, entry.parentPath);
}

const PACKAGE = 'package.json';

function addPackage(hash: Hash, folder: string): void {
  hash.update(`${folder}\0${hashText(readIfThere(path.join(folder, PACKAGE)))}\0`);
}

/** What cannot be read is nothing to the bundler, too. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

function foldersAbove(folder: string): readonly string[] {
  const above = path.dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}

const SELF = fileURLToPath(import.meta.url);

/** Everything of ours that a bundle is made by and of, from here. */
const OURS = [
  '../bundle',
  '../bundle-packages',
  '../bundled',
  '../import-advice',
  '../../../sandbox/sdk',
  ...['buffer', 'events', 'stream'].map((name) => `../../../sandbox/node/${name}`),
].map((name) => path.join(path.dirname(SELF), name + path.extname(SELF)));

let known: string | undefined;

function bundlerHash(): string {
  known ??= hashOf([...OURS, ...[findPackageJSON('rolldown', import.meta.url) ?? []].flat()]);
  return known;
}
