import { PROTOCOL } from './protocol.ts';
import { PROXIES } from './proxies.ts';
import { REFUSALS } from './refusals.ts';
import { type MarkedTest, readTitle, type Requirement } from './requirement.ts';

type Section = readonly [name: string, requirements: readonly Requirement[]];

const CHAPTERS: readonly (readonly [chapter: string, sections: readonly Section[]])[] = [
  ['Requirements', PROTOCOL],
  ['Refusals', REFUSALS],
  ['Proxies', [['Ways and accidents', PROXIES]]],
];

const HEAD = `# Conformance with Entra ID

Made from a run of the tests by \`npm run requirements\`. A number stands at the end of the title of each test that shows it,
in brackets: \`[38]\` for a requirement, \`[N1]\` for a refusal, \`[P11]\` for a proxy. \`npm run docs:check\` fails when this page
names another test file for a number than the sources do, and when a number has neither a test nor a reason.
`;

/** Every requirement there is. */
export const REQUIREMENTS: readonly Requirement[] = CHAPTERS.flatMap(([, sections]) =>
  sections.flatMap(([, requirements]) => requirements),
);

/** The page of a run. */
export function requirementsPage(tests: readonly MarkedTest[]): string {
  const rows = rowsBy(tests);
  const chapters = CHAPTERS.map(([chapter, sections]) =>
    [`## ${chapter}`, ...sections.map((section) => sectionText(section, rows))].join('\n\n'),
  );
  return `${[HEAD, ...chapters].join('\n')}\n`.replaceAll(/\n{3,}/g, '\n\n');
}

/** Tests by number, in a settled order. */
function rowsBy(tests: readonly MarkedTest[]): ReadonlyMap<string, readonly MarkedTest[]> {
  const rows = new Map<string, MarkedTest[]>();
  const sorted = tests.toSorted(
    (one, other) => compare(one.file, other.file) || compare(one.title, other.title),
  );
  for (const one of sorted) {
    for (const number of new Set(readTitle(one.title).numbers)) {
      rows.set(number, [...(rows.get(number) ?? []), one]);
    }
  }
  return rows;
}

const compare = (one: string, other: string): number => Number(one > other) - Number(one < other);

function sectionText(
  [name, requirements]: Section,
  rows: ReadonlyMap<string, readonly MarkedTest[]>,
): string {
  const lines = requirements.map((requirement) => rowText(requirement, rows.get(requirement[0])));
  return [
    `### ${name}`,
    '',
    '| | requirement | tests | result |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function rowText([id, asks, notBuilt]: Requirement, tests: readonly MarkedTest[] = []): string {
  const files = Map.groupBy(tests, ({ file }) => file);
  const titles = [...files].map(([file, all]) => `\`${file}\`: ${all.map(titleText).join('; ')}`);
  const cells = [id, asks, notBuilt ?? titles.join('<br>'), resultText(notBuilt, tests)];
  return `| ${cells.join(' | ')} |`;
}

function resultText(notBuilt: string | undefined, tests: readonly MarkedTest[]): string {
  if (notBuilt !== undefined) return 'not built';
  if (tests.length === 0) return 'no test';
  return tests.every(({ passed }) => passed) ? 'holds' : 'fails';
}

/** In a cell, as it is: no bar ends it, and nothing of it is markup. */
function titleText({ title }: MarkedTest): string {
  return readTitle(title).text.replaceAll(/[\\|<>*_`[\]#]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

const ROW = /^\| ([NP]?\d+) \| .* \| (.*) \| ([a-z ]+) \|$/gm;

/** What a page says: the files of each number, and its result. */
export function readPage(
  page: string,
): ReadonlyMap<string, { readonly files: ReadonlySet<string>; readonly result: string }> {
  const rows = [...page.matchAll(ROW)].map(([, id = '', tests = '', result = '']) => {
    const files = [...tests.matchAll(/`(test\/[^`]+)`:/g)].map(([, file = '']) => file);
    return [id, { files: new Set(files), result }] as const;
  });
  return new Map(rows);
}
