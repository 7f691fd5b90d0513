import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ERRORS, type ErrorCode } from '../../src/errors.ts';
import { ROOT } from './pages.ts';

interface Group {
  readonly title: string;
  readonly codes: readonly ErrorCode[];
}

/** `docs/reference/errors.md`: every code, in the groups of the table in `src/errors.ts`. */
export function errorsPage(): string {
  return `${HEAD}\n${readGroups().map(sectionOf).join('\n')}`;
}

const HEAD = `# Error codes

Made from \`src/errors.ts\`.

Every error has a code that never changes its meaning. The log has the code with a message, the place in a file where there
is one, and what to do next. A person sees the code, a sentence and the id of the request; the same id is in the log.
`;

function sectionOf({ title, codes }: Group): string {
  const rows = codes.map((code) => `| \`${code}\` | ${ERRORS[code]} |`);
  return `## ${title}\n\n| code | what happened |\n| --- | --- |\n${rows.join('\n')}\n`;
}

/** The groups stand in the table as comments. */
function readGroups(): readonly Group[] {
  const source = readFileSync(path.join(ROOT, 'src/errors.ts'), 'utf8');
  const table = source.slice(source.indexOf('ERRORS = {'), source.indexOf('} as const'));
  return table
    .split(/^ {2}\/\/ /m)
    .slice(1)
    .map((group) => {
      const [comment = '', ...rest] = group.split('\n');
      return { title: titleOf(comment), codes: codesIn(rest.join('\n')) };
    });
}

/** `config: one entry per way …` has its part before the colon. */
function titleOf(comment: string): string {
  const title = comment.replace(/: /, ': ').trim();
  return title.charAt(0).toUpperCase() + title.slice(1);
}

function codesIn(text: string): readonly ErrorCode[] {
  return [...text.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, code]) => code).filter(isCode);
}

function isCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(ERRORS, code);
}
