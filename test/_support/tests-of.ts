import { createRequire } from 'node:module';
import path from 'node:path';

import { filesOf, ROOT } from './together.ts';

const require = createRequire(import.meta.url);

/**
 * Declares the tests of a group in this one process. AVA takes none that is declared later than the first, so that no such
 * file may wait for anything before it has declared its own.
 */
export function declareTestsOf(group: string): void {
  for (const file of filesOf(group)) require(path.join(ROOT, file));
}
