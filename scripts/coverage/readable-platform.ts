/** Stands in for `src/extensions/kept-platform.ts` in a coverage run: the script was built before, once for all processes. */
import { readFileSync } from 'node:fs';

import { PLATFORM } from './places.ts';

export async function keptPlatform(): Promise<string> {
  return readFileSync(PLATFORM, 'utf8');
}
