import type { Outcome } from './engines.ts';

interface Row {
  readonly testCase: { readonly area: string; readonly name: string };
  readonly outcomes: { readonly [engine: string]: Outcome };
}

/** The names of the subtests that passed, in one set for an area. */
function passedIn(rows: readonly Row[], engine: string): Set<string> {
  return new Set(
    rows.flatMap(({ testCase, outcomes }) =>
      (outcomes[engine]?.passed ?? []).map((name) => `${testCase.name} | ${name}`),
    ),
  );
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** How many of the subtests that another engine passes this one passes too. */
function shared(own: ReadonlySet<string>, other: ReadonlySet<string>): string {
  return percent(own.intersection(other).size, other.size);
}

/**
 * A Markdown table: for each area, how many subtests each engine passes, and what share of those that the others pass
 * passes in the isolate.
 */
export function formatTable(rows: readonly Row[], engines: readonly string[]): string {
  const others = engines.filter((name) => name !== 'entrada');
  const heads = ['area', 'files', ...engines, ...others.map((name) => `of ${name}’s`)];
  const areas = [...new Set(rows.map(({ testCase }) => testCase.area))];
  const lines = areas.map((area) => {
    const own = rows.filter(({ testCase }) => testCase.area === area);
    const passed = new Map(engines.map((engine) => [engine, passedIn(own, engine)]));
    const counts = engines.map((engine) => String(passed.get(engine)!.size));
    const mine = passed.get('entrada') ?? new Set<string>();
    return [
      area,
      String(own.length),
      ...counts,
      ...others.map((name) => shared(mine, passed.get(name)!)),
    ];
  });
  const table = [heads, heads.map((_head, at) => (at === 0 ? '---' : '---:')), ...lines];
  return `${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}
