/**
 * `METHOD /path/*` patterns of requests and grants. `*` stands for one segment, `**` at the end for one or more; nothing
 * else is special, and no pattern is ever a regular expression. A method alone (`POST`) is for destinations whose URL is
 * fixed.
 */
export interface Pattern {
  /** As it was written: what records and errors name. */
  readonly text: string;
  readonly method: string;
  /** Null: the path is fixed elsewhere. */
  readonly segments: readonly string[] | null;
}

const FORM = /^([A-Z]+)(?: (\/\S*))?$/;

/** Reads a pattern; undefined for a text that is none. */
export function parsePattern(text: string): Pattern | undefined {
  const found = FORM.exec(text.trim());
  if (!found) return undefined;
  const [, method = '', path] = found;
  if (path === undefined) return { text, method, segments: null };
  const segments = path.slice(1).split('/');
  return isWellFormed(segments) ? { text, method, segments } : undefined;
}

/** `**` only at the end, `*` only as a whole segment, nothing that an URL would not keep as it is. */
function isWellFormed(segments: readonly string[]): boolean {
  return segments.every((segment, index) => {
    if (segment === '*') return true;
    if (segment === '**') return index === segments.length - 1;
    return !segment.includes('*') && segment !== '.' && segment !== '..' && !/[?#\\]/.test(segment);
  });
}

/** True when a request matches. `pathname` as an URL parser gives it. */
export function matches(pattern: Pattern, method: string, pathname: string): boolean {
  if (pattern.method !== method) return false;
  if (pattern.segments === null) return true;
  return coversPath(pattern.segments, pathname.slice(1).split('/'), (segment) => segment !== '');
}

/** True when every request that matches `inner` matches `outer`. */
export function covers(outer: Pattern, inner: Pattern): boolean {
  if (outer.method !== inner.method) return false;
  if (outer.segments === null || inner.segments === null) return outer.segments === inner.segments;
  return coversPath(
    outer.segments,
    inner.segments,
    (segment) => segment !== '**' && segment !== '',
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
  if (open ? inner.length <= fixed.length : inner.length !== fixed.length) return false;
  return fixed.every((segment, index) => {
    const other = inner[index] ?? '';
    return segment === '*' ? isOne(other) : segment === other;
  });
}
