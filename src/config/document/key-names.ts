import { z } from 'zod';
import { traitsOf, wrapped, type Schema } from './schema-walk.ts';

/** Names of keys, anywhere in a schema. */
export interface KeyNames {
  readonly all: ReadonlySet<string>;
  /** Those whose values are secret. */
  readonly secret: ReadonlySet<string>;
}

/** Collects the names of all keys of a schema. */
export function keyNamesOf(schema: Schema): KeyNames {
  const names = { all: new Set<string>(), secret: new Set<string>() };
  const seen = new Set<Schema>();
  const visit = (here: Schema): void => {
    if (seen.has(here)) return;
    seen.add(here);
    for (const [key, entry] of shapeOf(here)) {
      names.all.add(key);
      if (traitsOf(entry, undefined).secret === true) names.secret.add(key);
    }
    innerSchemas(here).forEach(visit);
  };
  visit(schema);
  return names;
}

function shapeOf(schema: Schema): readonly (readonly [string, Schema])[] {
  return schema instanceof z.ZodObject ? Object.entries(schema.shape) : [];
}

function innerSchemas(schema: Schema): readonly Schema[] {
  const inner = wrapped(schema);
  if (inner !== undefined) return [inner];
  if (schema instanceof z.ZodUnion) return schema.def.options;
  if (schema instanceof z.ZodArray) return [schema.def.element];
  if (schema instanceof z.ZodRecord) return [schema.def.valueType];
  return shapeOf(schema).map(([, entry]) => entry);
}
