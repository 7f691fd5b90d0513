import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { keptPlatform } from './kept-platform.ts';

/** The package has the script ready; a checkout has its sources. */
const BUILT = fileURLToPath(new URL('../../sandbox/platform.built.js', import.meta.url));

let loading: Promise<string> | undefined;

/** The script that every isolate starts with: built with the package, or once for the sources of a checkout. */
export function loadPlatform(): Promise<string> {
  loading ??= existsSync(BUILT) ? Promise.resolve(readFileSync(BUILT, 'utf8')) : keptPlatform();
  return loading;
}
