import { z } from 'zod';
import { traits, type Traits } from './traits.ts';
import type { Path } from './path.ts';

/** A schema, whatever it reads. */
export type Schema = z.core.$ZodType;

/**
 * The schema that really reads a value: without the wrappers that give defaults or allow absence, and of a choice the
 * option that fits the value best. Undefined when no option does.
 */
export function bareSchema(schema: Schema, value: unknown): Schema | undefined {
  const inner = wrapped(schema);
  if (inner !== undefined) return bareSchema(inner, value);
  if (schema instanceof z.ZodUnion) {
    const option = schema.def.options[fittingOption(schema, value) ?? -1];
    return option === undefined ? undefined : bareSchema(option, value);
  }
  return schema;
}

/** What a wrapper or a pipe reads by; undefined for everything else. */
export function wrapped(schema: Schema): Schema | undefined {
  if (isWrapper(schema)) return schema.def.innerType;
  return schema instanceof z.ZodPipe ? schema.def.in : undefined;
}

function isWrapper(
  schema: Schema,
): schema is z.ZodOptional | z.ZodNullable | z.ZodDefault | z.ZodPrefault | z.ZodReadonly {
  return WRAPPERS.some((wrapper) => schema instanceof wrapper);
}

const WRAPPERS = [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodPrefault, z.ZodReadonly];

/** Index of the option of a choice that a value was meant for; undefined when it fits none. */
export function fittingOption(union: z.ZodUnion, value: unknown): number | undefined {
  const scores = union.def.options.map((option) => fitness(option, value, discriminator(union)));
  const best = Math.max(...scores);
  return best > 0 ? scores.indexOf(best) : undefined;
}

function discriminator(union: z.ZodUnion): string | undefined {
  return union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : undefined;
}

/** 0: another kind of value. For a map, one more than the number of its keys that the schema knows. */
function fitness(option: Schema, value: unknown, discriminatorKey: string | undefined): number {
  const bare = bareSchema(option, value);
  if (!(bare instanceof z.ZodObject)) return bare !== undefined && readsKind(bare, value) ? 1 : 0;
  if (!isMap(value)) return 0;
  const shape: Readonly<Record<string, Schema>> = bare.shape;
  if (
    discriminatorKey !== undefined &&
    !accepts(shape[discriminatorKey], value[discriminatorKey])
  ) {
    return 0;
  }
  return 1 + Object.keys(value).filter((key) => Object.hasOwn(shape, key)).length;
}

function accepts(schema: Schema | undefined, value: unknown): boolean {
  return schema !== undefined && z.safeParse(schema, value).success;
}

/** The kinds of values that the schemas used here read, besides maps with fixed keys. */
const KINDS: readonly (readonly [
  schema: abstract new (...given: never[]) => Schema,
  reads: (value: unknown) => boolean,
])[] = [
  [z.ZodArray, Array.isArray],
  [z.ZodRecord, isMap],
  [z.ZodString, (value) => typeof value === 'string'],
  [z.ZodEnum, (value) => typeof value === 'string'],
  [z.ZodLiteral, (value) => typeof value === 'string'],
  [z.ZodNull, (value) => value === null],
  [z.ZodBoolean, (value) => typeof value === 'boolean'],
  [z.ZodNumber, (value) => typeof value === 'number'],
];

function readsKind(schema: Schema, value: unknown): boolean {
  return KINDS.some(([kind, reads]) => schema instanceof kind && reads(value));
}

/** True for a map of YAML or JSON. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema of one entry of a map or list; undefined when the schema knows no such entry. */
export function entrySchema(schema: Schema, step: string | number): Schema | undefined {
  if (schema instanceof z.ZodArray) return schema.def.element;
  if (schema instanceof z.ZodRecord) return schema.def.valueType;
  if (!(schema instanceof z.ZodObject)) return undefined;
  return Object.hasOwn(schema.shape, step) ? schema.shape[step] : undefined;
}

/** The schema at a path of a value, with its wrappers. */
export function schemaAt(root: Schema, value: unknown, path: Path): Schema | undefined {
  let schema: Schema | undefined = root;
  let here = value;
  for (const step of path) {
    const bare: Schema | undefined = schema && bareSchema(schema, here);
    schema = bare && entrySchema(bare, step);
    here = isMap(here) || Array.isArray(here) ? Reflect.get(here, step) : undefined;
  }
  return schema;
}

/** The choice at a path, below its wrappers; undefined when something else is there. */
export function choiceAt(root: Schema, value: unknown, path: Path): z.ZodUnion | undefined {
  let schema = schemaAt(root, value, path);
  while (schema !== undefined && isWrapper(schema)) schema = schema.def.innerType;
  return schema instanceof z.ZodUnion ? schema : undefined;
}

/** The traits of a schema: those of its wrappers, and below them those of what it wraps. */
export function traitsOf(schema: Schema | undefined, value: unknown): Traits {
  if (schema === undefined) return {};
  const own = traits.get(schema) ?? {};
  const inner = wrapped(schema);
  if (inner !== undefined) return { ...traitsOf(inner, value), ...own };
  if (!(schema instanceof z.ZodUnion)) return own;
  return { ...traitsOf(schema.def.options[fittingOption(schema, value) ?? -1], value), ...own };
}
