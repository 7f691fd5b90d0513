import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { TOGETHER } from './together.ts';

const TESTS = path.resolve(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/**
 * Declares the tests of a folder in this one process. AVA takes none that is declared later than the first, so that no such
 * file may wait for anything before it has declared its own.
 */
export function declareTestsOf(folder: string): void {
  const apart = TOGETHER[folder] ?? [];
  const files = globSync(`${folder}/**/*.test.ts`, { cwd: TESTS }).toSorted();
  for (const file of files.filter((one) => !apart.includes(path.basename(one, '.test.ts'))))
    require(path.join(TESTS, file));
}
