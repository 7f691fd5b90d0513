import { z } from 'zod';
import { didYouMean } from '../document/nearest.ts';
import { oneOf } from '../document/quote.ts';
import { withTraits, type Traits } from '../document/traits.ts';
import { Secret } from '../secret.ts';
import { parsed, refused, type Parsed, type Problem } from '../values/parsed.ts';
import { ID_PATTERN, parseFilePath, parseId, parseName, parseWords } from '../values/plain-text.ts';
import { splitLines, splitWords } from '../values/word-list.ts';

/** One form of text: how it is read, and how an editor sees it. */
export interface TextForm<T> {
  readonly parse: (text: string) => Parsed<T>;
  /** The form in words, as in `a duration such as 30m`. */
  readonly expects: string;
  /** A regular expression that no right text breaks; wrong ones may pass. */
  readonly pattern?: string;
  readonly examples?: readonly string[];
  readonly traits?: Traits;
}

/** What passes for any form, because its value comes from elsewhere. */
const FROM_ELSEWHERE = '\\$\\{(?:env|file):';

/** A text of some form, read into a value. */
export function text<T>(form: TextForm<T>): z.ZodType<T, string> {
  const schema = z
    .string()
    .transform((given, context) => take(form.parse(given), context))
    .meta({
      ...(form.pattern !== undefined && { pattern: `^(?:${form.pattern})$|${FROM_ELSEWHERE}` }),
      ...(form.examples !== undefined && { examples: [...form.examples] }),
    });
  return withTraits(schema, { expects: form.expects, ...form.traits });
}

/** Hands the value on, or tells zod the problem. */
export function take<T>(result: Parsed<T>, context: z.core.$RefinementCtx, path: number[] = []): T {
  if (result.ok) return result.value;
  context.addIssue({ code: 'custom', path, params: { problem: result.problem } });
  return z.NEVER;
}

/** Text for people, which may be empty. */
export function words(expects: string): z.ZodType<string, string> {
  return text({ parse: parseWords, expects, pattern: '[^\\n\\r]*' });
}

/** Text for people that says something. */
export function name(expects: string): z.ZodType<string, string> {
  return text({ parse: parseName, expects, pattern: '\\S(?:[^\\n\\r]*\\S)?' });
}

/** The id of an entry: it stands in URLs and in comma-separated lists. */
export function id(of: string): z.ZodType<string, string> {
  return text({ parse: parseId, expects: `the id of ${of}`, pattern: ID_PATTERN });
}

/** One of a few words. */
export function word<const Word extends string>(
  ...choices: readonly Word[]
): z.ZodType<Word, string> {
  const parse = (given: string): Parsed<Word> => {
    const chosen = choices.find((choice) => choice === given);
    return chosen === undefined ? refused(NOT_A_WORD, nextWord(given, choices)) : parsed(chosen);
  };
  const schema = text({ parse, expects: oneOf(choices) });
  const json = { anyOf: [{ enum: [...choices] }, { pattern: FROM_ELSEWHERE }] };
  return schema.meta(json);
}

const NOT_A_WORD = (it: string): string => `${it} is not what belongs here`;

function nextWord(given: string, choices: readonly string[]): { readonly next: string } {
  return { next: didYouMean(given, choices) ?? `Write ${oneOf(choices)}.` };
}

/** A path in the file system; relative ones start at the folder of the file. */
export function filePath(expects: string): z.ZodType<string, string> {
  return text({ parse: parseFilePath, expects, pattern: '.+' });
}

/** A secret: kept as `Secret`, never shown. */
export function secret(
  expects: string,
  check: (text: string) => Parsed<string> = parsed,
): z.ZodType<Secret, string> {
  const parse = (given: string): Parsed<Secret> => {
    if (given === '') return refused(() => 'The secret is empty');
    const checked = check(given);
    return checked.ok ? parsed(new Secret(checked.value)) : checked;
  };
  return text({ parse, expects, traits: { secret: true } });
}

/** What is nothing, because the key has no value: `proxy:`. */
export function orEmpty<T>(schema: z.ZodType<T, string>, empty: T): z.ZodType<T, string | null> {
  return z.union([schema, z.null().transform(() => empty)]);
}

/**
 * A list of one form of text: as a list of YAML, as one text, or empty.
 *
 * @param parts What parts the entries of a text: `words` (commas and lines), `lines`, for entries that hold commas, or a
 *   way of its own.
 */
export function list<T>(
  item: z.ZodType<T, string>,
  expects: string,
  parts: 'words' | 'lines' | ((text: string) => readonly string[]) = 'words',
): z.ZodType<readonly T[], ListInput> {
  const split = typeof parts === 'function' ? parts : SPLITS[parts];
  const ofText = z
    .string()
    .transform((given, context) =>
      split(given).flatMap((part, index) => readPart(item, part, index, context)),
    );
  return withTraits(z.union([z.array(item), ofText, z.null().transform(() => [])]), { expects });
}

const SPLITS = { words: splitWords, lines: splitLines };

/** How a list may be written. */
export type ListInput = string[] | string | null;

function readPart<T>(
  item: z.ZodType<T, string>,
  part: string,
  index: number,
  context: z.core.$RefinementCtx,
): T[] {
  const result = item.safeParse(part);
  if (result.success) return [result.data];
  for (const issue of result.error.issues) {
    const problem: Partial<Problem> = issue.code === 'custom' ? issue.params?.['problem'] : {};
    context.addIssue({ code: 'custom', path: [index], params: { problem: { part, ...problem } } });
  }
  return [];
}

/** Several entries, as a list of YAML alone. */
export function entries<T, Input>(
  entry: z.ZodType<T, Input>,
  expects: string,
): z.ZodType<readonly T[], Input[]> {
  return withTraits(z.array(entry), { expects });
}

/** Like `entries`, and not empty. */
export function filled<T, Input>(
  entry: z.ZodType<T, Input>,
  expects: string,
): z.ZodType<readonly T[], Input[]> {
  return withTraits(z.array(entry).min(1), { expects });
}
