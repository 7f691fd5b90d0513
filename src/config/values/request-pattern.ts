import { parsed, refused, type Parsed } from './parsed.ts';

/** The form of a method, as a regular expression. */
export const METHOD_PATTERN = '[A-Z]+';

/** The form of a request pattern, as a regular expression. */
export const REQUEST_PATTERN: string = `${METHOD_PATTERN} /[^\\s?#\\\\]*(?:\\?[^\\s#\\\\]*)?`;

/** Methods that an extension may be granted: those of HTTP itself, without CONNECT and TRACE, which ask for no path. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']);

/** Parses a method by itself, as in `POST`. */
export function parseMethod(text: string): Parsed<string> {
  if (METHODS.has(text)) return parsed(text);
  const upper = text.toUpperCase();
  return refused((it) => `${it} is not a method that can be granted`, {
    part: text,
    next: 'Write one method in upper case, as in GET; one pattern for each.',
    ...(METHODS.has(upper) && { mended: upper }),
  });
}

/**
 * Parses `METHOD /path`: `*` stands for one whole segment, `**` at the end for all that follow. Behind a `?` stand the only
 * parameters that the query may have, with a value or, without one, with any.
 */
export function parseRequestPattern(text: string): Parsed<string> {
  const [method = '', target, ...rest] = text.split(' ');
  const [path, ...queries] = target?.split('?') ?? [];
  if (path === undefined || rest.length > 0 || !path.startsWith('/')) {
    return refused((it) => `${it} is not a method, one space and a path`, { next: FORM });
  }
  const known = parseMethod(method);
  if (!known.ok) return known;
  const wrong = wrongSegment(path.slice(1).split('/')) ?? wrongQuery(queries);
  return wrong === undefined ? parsed(text) : refused(wrong.says, { part: wrong.part, next: FORM });
}

interface WrongSegment {
  readonly part: string;
  readonly says: (it: string) => string;
}

/** What is wrong with the first wrong segment. A last one may be empty: `/a/` is another path than `/a`. */
function wrongSegment(segments: readonly string[]): WrongSegment | undefined {
  const last = segments.length - 1;
  for (const [index, part] of segments.entries()) {
    const rule = RULES.find(({ breaks }) => breaks(part, index === last));
    if (rule !== undefined) return { part: part === '' ? '//' : part, says: rule.says };
  }
  return undefined;
}

/** One query, of names that each stand once. */
function wrongQuery(queries: readonly string[]): WrongSegment | undefined {
  const [query, more] = queries;
  if (more !== undefined)
    return { part: `?${more}`, says: () => 'A pattern has one ? at the most' };
  const names = (query ?? '').split('&').map((entry) => entry.split('=', 1)[0] ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { part: twice, says: (it) => `${it} stands twice in the query` };
  const odd = names.find(
    (name) => !/^[\w.~!$'()*,;:@%-]*$/.test(name) || /%(?![0-9a-f]{2})/i.test(name),
  );
  return odd === undefined
    ? undefined
    : { part: odd, says: (it) => `${it} is no name of a parameter` };
}

const RULES: readonly {
  readonly breaks: (segment: string, isLast: boolean) => boolean;
  readonly says: (it: string) => string;
}[] = [
  { breaks: (it, isLast) => it === '' && !isLast, says: () => 'The path has an empty segment' },
  {
    breaks: (it, isLast) => it === '**' && !isLast,
    says: (it) => `${it} can only stand at the end`,
  },
  {
    breaks: (it) => it.includes('*') && it !== '*' && it !== '**',
    says: (it) => `In ${it} a wildcard is only a part of a segment`,
  },
  { breaks: (it) => it === '.' || it === '..', says: (it) => `${it} is no segment of a path` },
  {
    breaks: (it) => /%(?:2e|2f|5c|00)/i.test(it),
    says: (it) => `${it} hides a dot, a slash or a zero`,
  },
  {
    breaks: (it) => /%(?![0-9a-f]{2})/i.test(it),
    says: (it) => `${it} holds a % that encodes nothing`,
  },
  {
    breaks: (it) => !/^[\w.~!$&'()*+,;=:@%-]*$/.test(it),
    says: (it) => `${it} holds a character that a path cannot hold as it is`,
  },
];

const FORM =
  "Write it as 'GET /v1.0/me', 'GET /v2/people/*', 'GET /v1.0/me/**' or 'GET /v1.0/me?$select'.";
