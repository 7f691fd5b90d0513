import { z } from 'zod';
import type { Secret } from '../secret.ts';
import { bareSchema, isMap, type Schema } from './schema-walk.ts';

/** A value of which parts may be missing, because they were wrong. */
export type Salvaged<T> = T extends string | number | boolean | null | undefined | Secret
  ? T | undefined
  : T extends readonly (infer Item)[]
    ? readonly Salvaged<Item>[] | undefined
    : T extends object
      ? { readonly [Key in keyof T]?: Salvaged<T[Key]> } | undefined
      : T | undefined;

/**
 * Reads what can be read of a value in spite of faults, so that one run can report what is wrong between its sound parts
 * too. A list keeps its length: what is wrong in it is undefined.
 */
export function salvage<T>(schema: z.ZodType<T>, value: unknown): Salvaged<T> {
  // The walk keeps the shape that the schema gives to T, only with holes; no type can follow it there.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return salvageValue(schema, value) as Salvaged<T>;
}

function salvageValue(schema: Schema, value: unknown): unknown {
  const whole = z.safeParse(schema, value);
  if (whole.success) return whole.data;
  const bare = bareSchema(schema, value);
  if (bare instanceof z.ZodObject && isMap(value)) return salvageMap(bare, value);
  if (bare instanceof z.ZodRecord && isMap(value)) return salvageRecord(bare, value);
  if (bare instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item: unknown) => salvageValue(bare.def.element, item));
  }
  return undefined;
}

function salvageMap(schema: z.ZodObject, value: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([key, entry]) => [key, salvageValue(entry, own(value, key))]),
  );
}

function salvageRecord(schema: z.ZodRecord, value: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, salvageValue(schema.def.valueType, entry)]),
  );
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
