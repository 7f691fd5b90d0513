import path from 'node:path';

interface Tally {
  readonly total: number;
  readonly covered: number;
}

/** What istanbul's `json-summary` says of a file. */
interface FileSummary {
  readonly lines: Tally;
  readonly branches: Tally;
  readonly functions: Tally;
}

const KINDS = ['lines', 'branches', 'functions'] as const;

/** A table of the parts of the project, with their sums. */
export function formatTable(
  summary: { readonly [file: string]: FileSummary },
  root: string,
): string {
  const files = Object.entries(summary).filter(([file]) => file !== 'total');
  const parts = Map.groupBy(files, ([file]) => partOf(path.relative(root, file)));
  const rows = [...parts]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([part, own]) =>
      rowOf(
        part,
        own.map(([, one]) => one),
      ),
    );
  const all = rowOf(
    'all',
    files.map(([, one]) => one),
  );
  const lines = [['', ...KINDS], ...rows, all].map(([part = '', ...cells]) =>
    [part.padEnd(24), ...cells.map((cell) => cell.padStart(10))].join(''),
  );
  return `${lines.join('\n')}\n`;
}

function partOf(file: string): string {
  const [first = '', second = ''] = file.split(path.sep);
  return second.endsWith('.ts') ? first : `${first}/${second}`;
}

function rowOf(part: string, files: readonly FileSummary[]): readonly string[] {
  return [part, ...KINDS.map((kind) => percent(files.map((file) => file[kind])))];
}

function percent(tallies: readonly Tally[]): string {
  const total = tallies.reduce((sum, tally) => sum + tally.total, 0);
  const covered = tallies.reduce((sum, tally) => sum + tally.covered, 0);
  return total === 0 ? '–' : `${((100 * covered) / total).toFixed(1)} %`;
}
