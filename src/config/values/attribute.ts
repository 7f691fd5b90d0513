import { parsed, refused, type Parsed } from './parsed.ts';

/** Where a value about a person is read: a property of theirs in Graph, or a claim of their ID token. */
export interface Attribute {
  readonly of: 'graph' | 'token';
  /** Names, from the outside in. */
  readonly path: readonly string[];
}

/** The form of an attribute, as a regular expression. */
export const ATTRIBUTE_PATTERN =
  '(?:graph|token):[A-Za-z_][A-Za-z0-9_]{0,127}(?:\\.[A-Za-z_][A-Za-z0-9_]{0,127}){0,3}';

const WHOLE = new RegExp(`^${ATTRIBUTE_PATTERN}$`);

/** Parses an attribute, as in `graph:department`. */
export function parseAttribute(text: string): Parsed<Attribute> {
  if (!WHOLE.test(text)) {
    return refused((it) => `${it} does not say where a value is read`, {
      next: 'Write graph: and a property of the person in Graph, as in graph:department; or token: and a claim of the ID token, as in token:employeeid.',
    });
  }
  const colon = text.indexOf(':');
  const of = text.slice(0, colon) === 'graph' ? 'graph' : 'token';
  return parsed({ of, path: text.slice(colon + 1).split('.') });
}
