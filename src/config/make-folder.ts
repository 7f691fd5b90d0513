import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder that somebody named, and those around it that are missing. Not by `recursive` of Node, which never ends where
 * the system says that a folder does not exist when it is asked to make it: in `/proc`, and where an automounter is in charge.
 *
 * @param mode Of every folder that is made.
 * @throws What `node:fs` throws.
 */
export function makeFolder(folder: string, mode = 0o777): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder), mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!isFolder(folder)) throw error; // another process can have made it by now
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
