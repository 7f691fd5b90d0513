/**
 * `METHOD /path/*` patterns of requests and grants. `*` stands for one segment, `**` at the end for one or more, the first
 * of which is not empty: servers take `/users/` for `/users`, and that is not below it. Nothing else is special, and no
 * pattern is ever a regular expression. Behind a `?` stand the only parameters that the query may have, each with one value
 * (`$top=999`) or with any (`$select`); without a `?` the query is free. A method alone (`POST`) is for destinations whose
 * URL is fixed.
 */
export interface Pattern {
  /** As it was written: what records and errors name. */
  readonly text: string;
  readonly method: string;
  /** Null: the path is fixed elsewhere. */
  readonly segments: readonly string[] | null;
  /** Parameters that the query may have, with their value or null for any; null: the query is free. */
  readonly query: ReadonlyMap<string, string | null> | null;
}

const FORM = /^([A-Z]+)(?: (\/[^\s?]*)(\?\S*)?)?$/;

/** Reads a pattern; undefined for a text that is none. */
export function parsePattern(text: string): Pattern | undefined {
  const found = FORM.exec(text.trim());
  if (!found) return undefined;
  const [, method = '', path, search] = found;
  if (path === undefined) return { text, method, segments: null, query: null };
  if (search !== undefined && /%(?![0-9a-f]{2})/i.test(search)) return undefined;
  const segments = path.slice(1).split('/');
  const query = search === undefined ? null : parseQuery(search.slice(1));
  const isKept = URL.parse(path, 'https://x')?.pathname === path;
  return isKept && isWellFormed(segments) ? { text, method, segments, query } : undefined;
}

/** `$select&$top=999`; nothing at all stands for no query. */
function parseQuery(text: string): ReadonlyMap<string, string | null> {
  const entries = text.split('&').filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const [name = '', ...value] = entry.split('=');
      return [decode(name), value.length === 0 ? null : decode(value.join('='))];
    }),
  );
}

/** `**` only at the end, `*` only as a whole segment. */
function isWellFormed(segments: readonly string[]): boolean {
  return segments.every((segment, index) => {
    if (segment === '*') return true;
    if (segment === '**') return index === segments.length - 1;
    return !/[*?#\\]/.test(segment);
  });
}

/** As an URL's parser reads it: bytes that are no UTF-8 become what it makes of them. */
function decode(text: string): string {
  return [...new URLSearchParams(`x=${text.replaceAll('+', '%2B')}`).values()][0] ?? '';
}

/** True when a request matches. Of the URL path and query count, as its parser gives them. */
export function matches(
  pattern: Pattern,
  method: string,
  url: Pick<URL, 'pathname' | 'searchParams'>,
): boolean {
  if (pattern.method !== method) return false;
  if (pattern.segments === null) return true;
  const segments = url.pathname.slice(1).split('/');
  return (
    coversPath(pattern.segments, segments, (segment) => segment !== '') &&
    (pattern.query === null || coversQuery(pattern.query, url.searchParams))
  );
}

/** Every parameter is one of the pattern's, with its value, and none comes twice. */
function coversQuery(
  query: ReadonlyMap<string, string | null>,
  parameters: URLSearchParams,
): boolean {
  const names = [...parameters.keys()];
  if (new Set(names).size !== names.length) return false;
  return names.every((name) => {
    const value = query.get(name);
    return value !== undefined && (value === null || value === parameters.get(name));
  });
}

/** True when every request that matches `inner` matches `outer`. */
export function covers(outer: Pattern, inner: Pattern): boolean {
  if (outer.method !== inner.method) return false;
  if (outer.segments === null || inner.segments === null) return outer.segments === inner.segments;
  return (
    coversPath(outer.segments, inner.segments, (segment) => segment !== '**' && segment !== '') &&
    coversRules(outer.query, inner.query)
  );
}

function coversRules(outer: Pattern['query'], inner: Pattern['query']): boolean {
  if (outer === null || inner === null) return outer === null;
  return [...inner].every(
    ([name, value]) => outer.has(name) && (outer.get(name) === null || outer.get(name) === value),
  );
}

/** @param isOne True for a segment that stands for exactly one, so that `*` may cover it. */
function coversPath(
  outer: readonly string[],
  inner: readonly string[],
  isOne: (segment: string) => boolean,
): boolean {
  const open = outer.at(-1) === '**';
  const fixed = open ? outer.slice(0, -1) : outer;
  if (open ? !hasRest(inner, fixed.length) : inner.length !== fixed.length) return false;
  return fixed.every((segment, index) => {
    const other = inner[index] ?? '';
    return segment === '*' ? isOne(other) : segment === other;
  });
}

/** True when something stands below so many segments; below none of them, the root itself does. */
function hasRest(segments: readonly string[], depth: number): boolean {
  return depth === 0 || (segments[depth] ?? '') !== '';
}
