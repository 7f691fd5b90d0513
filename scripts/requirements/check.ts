import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { readPage, REQUIREMENTS } from './page.ts';
import { marksInSource } from './requirement.ts';

/** The page that `npm run requirements` makes. */
export const REQUIREMENTS_PAGE = 'docs/reference/entra-conformance.md';

/** Tests that bear numbers; elsewhere brackets mean other things. */
const PLACES: readonly string[] = [
  'test/{browser,cli,config,emulator,entra,flow,net,principal,server,services,session}/**/*.test.ts',
  'test/hostile/entra-*.test.ts',
];

/** Test files that bear a number, with their numbers. */
export function markedFiles(root: string): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Set(REQUIREMENTS.map(([id]) => id));
  const files = globSync(PLACES, { cwd: root }).toSorted();
  const marked = files.map((file) => {
    const marks = marksInSource(readFileSync(path.join(root, file), 'utf8'));
    return [file, marks.intersection(known)] as const;
  });
  return new Map(marked.filter(([, marks]) => marks.size > 0));
}

/** What is wrong with the page, as far as it is known without running a test. */
export function requirementFaults(root: string): readonly string[] {
  const page = readPage(readFileSync(path.join(root, REQUIREMENTS_PAGE), 'utf8'));
  const marked = markedFiles(root);
  return REQUIREMENTS.flatMap(([id, , notBuilt]) => {
    const row = page.get(id);
    if (!row) return [fault(id, 'is missing')];
    const inSources = [...marked].flatMap(([file, marks]) => (marks.has(id) ? [file] : []));
    if (notBuilt !== undefined)
      return inSources.length > 0 ? [fault(id, 'is not built, and has a test')] : [];
    if (row.result !== 'holds') return [fault(id, `says: ${row.result}`)];
    return row.files.symmetricDifference(new Set(inSources)).size > 0
      ? [fault(id, `names ${[...row.files].join(', ')}; the sources have ${inSources.join(', ')}`)]
      : [];
  });
}

const fault = (id: string, what: string): string =>
  `${REQUIREMENTS_PAGE}: ${id} ${what}; run npm run requirements`;
