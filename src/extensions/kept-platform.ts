import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { hashOf, KEPT, keepFile, PACKAGE } from './kept.ts';
import { buildPlatform } from './platform.ts';

/** Everything that the script is made of: its sources, what bundles them, and which libraries there are. */
const MADE_OF = ['sandbox/**/*.ts', 'src/extensions/platform*.ts', 'package-lock.json'];

/** The platform's script of a checkout: built once for the sources as they are. */
export async function keptPlatform(): Promise<string> {
  const sources = globSync(MADE_OF, { cwd: PACKAGE }).toSorted();
  const hash = hashOf(sources.map((source) => path.join(PACKAGE, source)));
  const file = path.join(KEPT, `platform-${hash}.js`);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { code } = await buildPlatform();
  try {
    keepFile(file, code);
  } catch {
    // A checkout that cannot be written to builds it each time.
  }
  return code;
}
