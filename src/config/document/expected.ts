import { z } from 'zod';
import { oneOf } from './quote.ts';
import { bareSchema, traitsOf, type Schema } from './schema-walk.ts';

/** The form that a schema reads, in words, as in `a list`. */
export function expectedForm(schema: Schema | undefined, value: unknown): string {
  const words = traitsOf(schema, value).expects;
  if (words !== undefined || schema === undefined) return words ?? 'something else';
  if (schema instanceof z.ZodPipe) return expectedForm(schema.def.in, value);
  if (schema instanceof z.ZodUnion) return expectedChoice(schema, value);
  const bare = bareSchema(schema, value);
  if (bare !== schema) return expectedForm(bare, value);
  return FORMS.find(([kind]) => schema instanceof kind)?.[1] ?? expectedWords(schema);
}

function expectedChoice(schema: z.ZodUnion, value: unknown): string {
  const options = schema.def.options.filter((option) => !(option instanceof z.ZodNull));
  return oneOf([...new Set(options.map((option) => expectedForm(option, value)))]);
}

/** The words of an enumeration. */
function expectedWords(schema: Schema): string {
  if (schema instanceof z.ZodEnum) return oneOf(schema.options.map(String));
  if (schema instanceof z.ZodLiteral) return oneOf([...schema.values].map(String));
  return 'something else';
}

const FORMS: readonly (readonly [
  kind: abstract new (...given: never[]) => Schema,
  form: string,
])[] = [
  [z.ZodString, 'text'],
  [z.ZodBoolean, 'true or false'],
  [z.ZodNumber, 'a number'],
  [z.ZodArray, 'a list'],
  [z.ZodObject, 'a map of keys and values'],
  [z.ZodRecord, 'a map of names and values'],
];

/** What a value is, in words, as in `a list`. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return KINDS[typeof value] ?? 'something else';
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  bigint: 'a number',
  boolean: 'true or false',
  object: 'a map',
};
