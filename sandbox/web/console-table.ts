/** `console.table`: rows and columns drawn with lines. */
import { inspect } from './inspect.ts';
import { ReflectOwnKeys } from './primordials.ts';
import { isObject } from './webidl.ts';

/** More rows and columns than these are not drawn. */
const MAX_ROWS = 100;
const MAX_COLUMNS = 20;

interface Row {
  readonly index: string;
  readonly cells: { readonly [column: string]: string };
}

function showCell(value: unknown): string {
  return inspect(value, 0).replaceAll('\n', ' ');
}

function ownKeys(value: object): string[] {
  return ReflectOwnKeys(value).filter(
    (key): key is string =>
      typeof key === 'string' && Boolean(Object.getOwnPropertyDescriptor(value, key)?.enumerable),
  );
}

function cellsOf(item: unknown): { [column: string]: string } {
  const cells: { [column: string]: string } = Object.create(null);
  if (!isObject(item)) {
    cells['Values'] = showCell(item);
    return cells;
  }
  for (const key of ownKeys(item)) cells[key] = showCell((item as { [key: string]: unknown })[key]);
  return cells;
}

/** The rows of anything that has members. */
function rowsOf(data: object): Row[] {
  const members: [unknown, unknown][] =
    data instanceof Map
      ? [...data.values()].map((value, index) => [index, value])
      : data instanceof Set
        ? [...data].map((value, index) => [index, value])
        : ownKeys(data).map((key) => [key, (data as { [key: string]: unknown })[key]]);
  return members
    .slice(0, MAX_ROWS)
    .map(([index, value]) => ({ index: String(index), cells: cellsOf(value) }));
}

function columnsOf(rows: readonly Row[], properties: unknown): string[] {
  if (Array.isArray(properties)) return properties.map(String).slice(0, MAX_COLUMNS);
  const columns = new Set<string>();
  for (const { cells } of rows) for (const column of Object.keys(cells)) columns.add(column);
  const values = columns.delete('Values');
  const listed = [...columns].slice(0, MAX_COLUMNS);
  return values ? [...listed, 'Values'] : listed;
}

function draw(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) =>
    body.reduce((width, line) => Math.max(width, line[at]!.length), title.length),
  );
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
  const line = (cells: readonly string[]): string =>
    `│${cells.map((cell, at) => ` ${cell.padEnd(widths[at]!)} `).join('│')}│`;
  return [
    rule('┌', '┬', '┐'),
    line(head),
    rule('├', '┼', '┤'),
    ...body.map(line),
    rule('└', '┴', '┘'),
  ].join('\n');
}

/** Draws a table; null for a value that has no rows. */
export function formatTable(data: unknown, properties: unknown): string | null {
  if (!isObject(data)) return null;
  const rows = rowsOf(data);
  const columns = columnsOf(rows, properties);
  const body = rows.map(({ index, cells }) => [index, ...columns.map((name) => cells[name] ?? '')]);
  return draw(['(index)', ...columns], body);
}
