import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the package, or of a checkout. */
export const PACKAGE: string = fileURLToPath(new URL('../..', import.meta.url));

/** Where a checkout keeps what it built, beside what other tools of a checkout keep. */
export const KEPT: string = path.join(PACKAGE, 'node_modules/.cache/entrada');

/** What something was made of, in a name: other sources have another one. */
export function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

/** Writes a file whole or not at all: other processes read it at the same time. */
export function keepFile(file: string, code: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, code);
  renameSync(draft, file);
}

/** The same for a folder of files, by their names in it. One that another process has kept by now is as good. */
export function keepFolder(folder: string, files: ReadonlyMap<string, string>): void {
  const draft = `${folder}.${process.pid}`;
  for (const [name, code] of files) {
    mkdirSync(path.dirname(path.join(draft, name)), { recursive: true });
    writeFileSync(path.join(draft, name), code);
  }
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
}
