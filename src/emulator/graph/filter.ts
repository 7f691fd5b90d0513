import type { GraphObject } from './odata.ts';

interface Equality {
  readonly member: string;
  readonly value: string | boolean | null;
}

const EQUALITY = /^\s*([A-Za-z][\w]*)\s+eq\s+('(?:[^']|'')*'|true|false|null)\s*$/;

/**
 * Those of the items that a `$filter` of equalities joined by `and` leaves; undefined for any other filter.
 *
 * @see https://learn.microsoft.com/graph/filter-query-parameter
 */
export function matchesFilter<Item>(
  items: readonly Item[],
  describe: (item: Item) => GraphObject,
  filter: string | null,
): readonly Item[] | undefined {
  if (filter === null) return items;
  const equalities = parseFilter(filter);
  return equalities && items.filter((item) => satisfies(describe(item), equalities));
}

function parseFilter(filter: string): readonly Equality[] | undefined {
  // Quoted text may hold the word: it is split outside of quotes only. A doubled quote is read as the end of one text and the
  // beginning of the next: with two ways to read it, a quote that is missing takes time that doubles with every quote.
  const parts = filter.match(/(?:'[^']*'|[^'])+?(?=\s+and\s+|$)/g) ?? [];
  const read = parts.map((part) => EQUALITY.exec(part.replace(/^\s+and\s+/, '')));
  if (read.includes(null)) return undefined;
  return read.map((match) => ({ member: match?.[1] ?? '', value: literal(match?.[2] ?? '') }));
}

const LITERALS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function literal(text: string): string | boolean | null {
  const named = LITERALS.get(text);
  return named === undefined ? text.slice(1, -1).replaceAll("''", "'") : named;
}

const satisfies = (object: GraphObject, equalities: readonly Equality[]): boolean =>
  equalities.every(({ member, value }) => same(object[member], value));

/** Text is compared without regard to case, as Graph does. */
const same = (found: unknown, wanted: string | boolean | null): boolean =>
  typeof found === 'string' && typeof wanted === 'string'
    ? found.toLowerCase() === wanted.toLowerCase()
    : found === wanted;
