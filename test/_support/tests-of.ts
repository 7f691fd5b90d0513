import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);

/**
 * Declares the tests of many files in this one process. AVA takes none that is declared later than the first, so that no
 * such file may wait for anything before it has declared its own.
 *
 * @param pattern Of files, from the root of the repository.
 */
export function declareTestsOf(pattern: string): void {
  for (const file of globSync(pattern, { cwd: ROOT }).toSorted()) require(path.join(ROOT, file));
}
