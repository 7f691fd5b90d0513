import { z } from 'zod';
import { traits } from './document/traits.ts';
import { fileSchema } from './schema/file.ts';

/** The JSON Schema (2020-12) of `entrada.yaml`, for editors. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return jsonSchemaOf(fileSchema, 'entrada.yaml');
}

/**
 * The JSON Schema (2020-12) of a file, for editors: it is made from the schema that the file is read by, and refuses what can
 * be told from one value alone.
 */
export function jsonSchemaOf(file: z.ZodType, title: string): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(file, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema, zodSchema }) => {
      if (traits.get(zodSchema)?.secret === true) jsonSchema.writeOnly = true;
    },
  });
  return { ...schema, title };
}
