import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';

import { ROOT } from './places.ts';
import { sources } from './sources.ts';

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;

/** Files that hold types alone: nothing of them can run. */
export function typeFiles(): readonly string[] {
  return sources().filter((file) => isEmpty(readFileSync(path.join(ROOT, file), 'utf8')));
}

function isEmpty(code: string): boolean {
  return stripTypeScriptTypes(code).replaceAll(COMMENT, '').replaceAll(';', '').trim() === '';
}
