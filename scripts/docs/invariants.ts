import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type Page, ROOT } from './pages.ts';

/** A test that a page names: its file, and its title. */
const NAMED = /^- `(test\/[\w./-]+\.ts)`: (.+)$/gm;

/** Tests that a page names and that there are not: a promise that nobody holds any more. */
export function titleFaults(pages: readonly Page[]): readonly string[] {
  return pages.flatMap(({ file, text }) =>
    [...text.matchAll(NAMED)]
      .filter(([, test = '', title = '']) => !isThere(test, title))
      .map(([, test, title]) => `${file}: ${test} has no test "${title}"`),
  );
}

function isThere(test: string, title: string): boolean {
  const place = path.join(ROOT, test);
  return existsSync(place) && readFileSync(place, 'utf8').includes(title);
}
