import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';

import { ROOT } from './places.ts';

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/g;

/** Files that hold types alone: nothing of them can run. */
export function typeFiles(): readonly string[] {
  return ['src', 'sandbox'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => path.join(folder, file))
      .filter((file) => isEmpty(readFileSync(path.join(ROOT, file), 'utf8'))),
  );
}

function isEmpty(code: string): boolean {
  return stripTypeScriptTypes(code).replaceAll(COMMENT, '').replaceAll(';', '').trim() === '';
}
