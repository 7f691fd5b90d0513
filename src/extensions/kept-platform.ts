import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildPlatform } from './platform.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Where a checkout keeps what it built, beside what other tools of a checkout keep. */
const KEPT = path.join(PACKAGE, 'node_modules/.cache/entrada');

/** Everything that the script is made of: its sources, what bundles them, and which libraries there are. */
const MADE_OF = ['sandbox/**/*.ts', 'src/extensions/platform*.ts', 'package-lock.json'];

/** The platform's script of a checkout: built once for the sources as they are. */
export async function keptPlatform(): Promise<string> {
  const file = path.join(KEPT, `platform-${hashOf(MADE_OF)}.js`);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { code } = await buildPlatform();
  keep(file, code);
  return code;
}

function hashOf(patterns: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(patterns, { cwd: PACKAGE }).toSorted()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(PACKAGE, file)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 32);
}

/** Whole or not at all: other processes read it at the same time. */
function keep(file: string, code: string): void {
  try {
    mkdirSync(KEPT, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  } catch {
    // A checkout that cannot be written to builds it each time.
  }
}
