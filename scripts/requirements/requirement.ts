/** Number, what it asks, and why it is not built; without a reason tests have to show it. */
export type Requirement = readonly [id: string, asks: string, notBuilt?: string];

/** A test that bears the mark of a requirement. */
export interface MarkedTest {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly title: string;
  readonly passed: boolean;
}

const NUMBER = '[NP]?\\d+';
const MARK = `\\[(${NUMBER}(?:, ?${NUMBER})*)\\]`;

/** Marks that end a text in quotes, `… is refused [38] [N1]'`, or are all of it, `'[N90]'`. */
const QUOTED = new RegExp(`(?: |(?<=['"\`])(?=\\[[NP]))${MARK}(?=['"\`]| \\[)`, 'g');
const ANYWHERE = new RegExp(` ${MARK}`, 'g');

/** Numbers of the marks that a source has in its titles. */
export function marksInSource(source: string): ReadonlySet<string> {
  return new Set([...source.matchAll(QUOTED)].flatMap(([, numbers = '']) => split(numbers)));
}

/** A title without its marks, and their numbers. */
export function readTitle(title: string): {
  readonly text: string;
  readonly numbers: readonly string[];
} {
  const numbers = [...title.matchAll(ANYWHERE)].flatMap(([, found = '']) => split(found));
  return { text: title.replaceAll(ANYWHERE, ''), numbers };
}

const split = (numbers: string): readonly string[] => numbers.split(/, ?/);
