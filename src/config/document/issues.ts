import { z } from 'zod';
import type { Problem } from '../values/parsed.ts';
import { expectedForm, kindOf } from './expected.ts';
import type { Finding } from './finding.ts';
import { didYouMean } from './nearest.ts';
import { valueAt, type Path } from './path.ts';
import { oneOf } from './quote.ts';
import {
  bareSchema,
  choiceAt,
  fittingOption,
  schemaAt,
  traitsOf,
  type Schema,
} from './schema-walk.ts';

/** A schema and the value that it refused. */
export interface Refusal {
  readonly schema: Schema;
  readonly value: unknown;
  /** A plain scalar as the file has it, as in `0123e5`; undefined for everything else. */
  readonly written: (path: Path) => string | undefined;
}

/** zod's issues by their code. */
type Issues = { readonly [Issue in z.core.$ZodIssue as Issue['code']]: Issue };

type Describe<Code extends keyof Issues> = (
  refusal: Refusal,
  path: Path,
  issue: Issues[Code],
) => readonly Finding[];

const DESCRIBE: { readonly [Code in keyof Issues]?: Describe<Code> } = {
  unrecognized_keys: (refusal, path, issue) =>
    issue.keys.map((key) => unknownKey(refusal, path, key)),
  invalid_union: invalidChoice,
  invalid_key: (refusal, path, issue) =>
    issue.issues.flatMap((inner) => describe(refusal, path, inner)).map(pointAtKey),
  invalid_value: (refusal, path, issue) => [unknownWord(refusal, path, issue.values)],
  invalid_type: (refusal, path) => [wrongKind(refusal, path)],
  too_small: (_refusal, path, issue) => [
    { code: 'CONFIG_INVALID_VALUE', path, says: () => `The ${noun(issue.origin)} is empty` },
  ],
  too_big: (_refusal, path, issue) => [
    {
      code: 'CONFIG_INVALID_VALUE',
      path,
      says: () => `The ${noun(issue.origin)} is too long`,
      next: `At most ${issue.maximum} fit.`,
    },
  ],
  custom: (_refusal, path, issue) => [{ code: 'CONFIG_INVALID_VALUE', path, ...problemOf(issue) }],
};

/** Says in the words of this product what zod found wrong. */
export function findingsOf(
  refusal: Refusal,
  issues: readonly z.core.$ZodIssue[],
): readonly Finding[] {
  return issues.flatMap((issue) =>
    describe(
      refusal,
      issue.path.filter((step) => typeof step !== 'symbol'),
      issue,
    ),
  );
}

function describe<Code extends keyof Issues>(
  refusal: Refusal,
  path: Path,
  issue: Issues[Code] & { readonly code: Code },
): readonly Finding[] {
  const told = DESCRIBE[issue.code]?.(refusal, path, issue);
  return told ?? [{ code: 'CONFIG_INVALID_VALUE', path, says: () => 'The value does not fit' }];
}

function pointAtKey(finding: Finding): Finding {
  return { ...finding, at: 'key', part: String(finding.path.at(-1)) };
}

function noun(origin: string): string {
  return origin === 'array' ? 'list' : 'text';
}

/** A problem that one of our parsers gave to zod. */
function problemOf(issue: z.core.$ZodIssueCustom): Problem {
  const problem: unknown = issue.params?.['problem'];
  return isProblem(problem) ? problem : { says: () => 'The value does not fit' };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'says' in value;
}

function unknownKey({ schema, value }: Refusal, path: Path, key: string): Finding {
  const map = schemaAt(schema, value, path);
  const here = valueAt(value, path);
  const place = { path: [...path, key], at: 'key', part: key } as const;
  if (traitsOf(map, here).unavailable?.includes(key) === true) {
    return {
      ...place,
      code: 'CONFIG_NOT_AVAILABLE',
      says: (it) => `The key ${it} is documented, but this release does not serve it`,
      next: 'Leave it out.',
    };
  }
  const known = knownKeys(map && bareSchema(map, here));
  return {
    ...place,
    code: 'CONFIG_UNKNOWN_KEY',
    says: (it) => `There is no key ${it} here`,
    next: didYouMean(key, known) ?? `The keys here are ${known.join(', ')}.`,
  };
}

function knownKeys(schema: Schema | undefined): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** A choice refused the value: says what the option that was meant says, or that none was. */
function invalidChoice(
  refusal: Refusal,
  path: Path,
  issue: Issues['invalid_union'],
): readonly Finding[] {
  const value = valueAt(refusal.value, path);
  const union = choiceAt(refusal.schema, refusal.value, path);
  if (union === undefined) return [unknownType(refusal, path)];
  const meant = issue.errors[fittingOption(union, value) ?? -1] ?? [];
  if (meant.length === 0) return [wrongKind(refusal, path)];
  return findingsOf(
    refusal,
    meant.map((inner) => ({ ...inner, path: [...path, ...inner.path] })),
  );
}

/** `type` names no option. zod's path leads to the word itself. */
function unknownType(refusal: Refusal, path: Path): Finding {
  const union = choiceAt(refusal.schema, refusal.value, path.slice(0, -1));
  const key = String(path.at(-1));
  const options = union?.def.options.flatMap((option) => wordsOf(option, key)) ?? [];
  return unknownWord(refusal, path, options, traitsOf(union, undefined).unavailable);
}

function wordsOf(option: Schema, key: string): readonly string[] {
  const word = option instanceof z.ZodObject ? option.shape[key] : undefined;
  return word instanceof z.ZodLiteral ? [...word.values].map(String) : [];
}

/** A word that must be one of a few. */
function unknownWord(
  refusal: Refusal,
  path: Path,
  values: readonly unknown[],
  unavailable: readonly string[] = [],
): Finding {
  const word = valueAt(refusal.value, path);
  const words = values.map(String);
  if (values.every((value) => typeof value !== typeof word)) {
    return wrongKind(refusal, path, oneOf(words));
  }
  if (unavailable.includes(String(word))) {
    return {
      code: 'CONFIG_NOT_AVAILABLE',
      path,
      says: (it) => `${it} is documented, but this release does not serve it`,
      next: `This release serves ${words.join(', ')}.`,
    };
  }
  return {
    code: 'CONFIG_INVALID_VALUE',
    path,
    says: (it) => `${it} is not what belongs here`,
    next: didYouMean(String(word), [...words, ...unavailable]) ?? `Write ${oneOf(words)}.`,
  };
}

/** The value is of another kind, or there is none. */
function wrongKind(refusal: Refusal, path: Path, form?: string): Finding {
  const value = valueAt(refusal.value, path);
  const expected = form ?? expectedForm(schemaAt(refusal.schema, refusal.value, path), value);
  if (value === undefined || (value === null && path.length === 0)) return missing(path, expected);
  const common = { code: 'CONFIG_INVALID_VALUE', path } as const;
  if (value === null) {
    return { ...common, at: 'key', says: () => 'Nothing stands here', next: `Write ${expected}.` };
  }
  const written = refusal.written(path);
  if (written !== undefined && typeof value !== 'string') {
    return {
      ...common,
      part: written,
      says: (it) => `YAML reads ${it} as ${kindOf(value)}, which does not belong here`,
      next: adviceToQuote(refusal, path, written, expected),
    };
  }
  return { ...common, says: () => `This is ${kindOf(value)}, but ${expected} belongs here` };
}

/** Quotes alone mend the value when it is right as text. */
function adviceToQuote(refusal: Refusal, path: Path, written: string, expected: string): string {
  const schema = schemaAt(refusal.schema, refusal.value, path);
  if (schema === undefined) return `Write ${expected}.`;
  if (z.safeParse(schema, written).success) return 'Put it in quotes.';
  const isText = bareSchema(schema, written) instanceof z.ZodString;
  return isText ? `Write ${expected}, in quotes.` : `Write ${expected}.`;
}

function missing(path: Path, expected: string): Finding {
  const key = path.at(-1);
  if (key === undefined) {
    return { code: 'CONFIG_MISSING_KEY', path, says: () => 'There is nothing in the file' };
  }
  return {
    code: 'CONFIG_MISSING_KEY',
    path,
    at: 'entry',
    says: () => `The key ${key} is missing`,
    next: `Add it: ${expected}.`,
  };
}
