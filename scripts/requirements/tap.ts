import path from 'node:path';

import { type MarkedTest, readTitle } from './requirement.ts';

/** A line of TAP: `ok 1 - entra › jwt › title`, `not ok …`, `ok … # SKIP`. */
const RESULT = /^(not )?ok \d+ - (.*?)( # (?:SKIP|TODO).*)?$/gm;

/** AVA writes the folders and the name of a file before the title, with this between them. */
const BETWEEN = ' › ';

/** The marked tests of a run. */
export function readTap(tap: string, files: readonly string[]): readonly MarkedTest[] {
  const prefixes = files.map((file) => ({ file, prefix: prefixOf(file) }));
  return [...tap.matchAll(RESULT)].flatMap(([, failed, text = '', skipped]) => {
    const found = prefixes.find(({ prefix }) => text.startsWith(prefix));
    if (!found) return [];
    const title = text.slice(found.prefix.length);
    if (readTitle(title).numbers.length === 0) return [];
    return [{ file: found.file, title, passed: failed === undefined && skipped === undefined }];
  });
}

function prefixOf(file: string): string {
  const parts = path
    .relative('test', file)
    .replace(/\.test\.ts$/, '')
    .split(path.sep);
  return [...parts, ''].join(BETWEEN);
}
