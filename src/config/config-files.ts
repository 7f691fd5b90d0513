import { readFileSync, statSync } from 'node:fs';

/** The files of a configuration, so that tests and `init` can give them from memory. */
export interface ConfigFiles {
  /** The bytes of a file. Throws as `node:fs` does. */
  read(path: string): Uint8Array;
  /** The permission bits of a file. Throws as `node:fs` does. */
  mode(path: string): number;
}

/** Files of the file system. */
export const diskFiles: ConfigFiles = {
  read: (path) => readFileSync(path),
  mode: (path) => statSync(path).mode,
};

/** No file of a configuration is larger. Unit: bytes. */
const MOST_BYTES = 1024 * 1024;

/** A text, or why there is none, as the end of a sentence. */
export type ReadText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

/** The bytes of a file, or why there are none, as the end of a sentence. */
export type ReadBytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly why: string };

/** Reads a file. */
export function readBytes(files: ConfigFiles, path: string): ReadBytes {
  try {
    const bytes = files.read(path);
    return bytes.length > MOST_BYTES
      ? { ok: false, why: 'is larger than 1 MB' }
      : { ok: true, bytes };
  } catch (error) {
    return { ok: false, why: reasonOf(error) };
  }
}

/** Reads a text file in UTF-8. */
export function tryRead(files: ConfigFiles, path: string): ReadText {
  const read = readBytes(files, path);
  if (!read.ok) return read;
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(read.bytes) };
  } catch (error) {
    return { ok: false, why: reasonOf(error) };
  }
}

/** What the codes of the file system mean. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: not permitted',
  ELOOP: 'cannot be read: its symbolic links lead in a circle',
  ENAMETOOLONG: 'cannot be read: its name is too long',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not text in UTF-8',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `cannot be read${code === '' ? '' : ` (${code})`}`;
}

/** True when every user of the machine may read a file. */
export function isOpenToAll(files: ConfigFiles, path: string): boolean {
  try {
    return (files.mode(path) & 0o004) !== 0;
  } catch {
    return false;
  }
}
