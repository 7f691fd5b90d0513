/** Stands in for `src/extensions/platform.ts` in a coverage run: the script was built before, once for all processes. */
import { readFileSync } from 'node:fs';

import type { BuiltPlatform } from '../../src/extensions/platform.ts';
import { PLATFORM } from './places.ts';

export async function buildPlatform(): Promise<BuiltPlatform> {
  return { code: readFileSync(PLATFORM, 'utf8') };
}
