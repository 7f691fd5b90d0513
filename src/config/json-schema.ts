import { z } from 'zod';
import { traits } from './document/traits.ts';
import { fileSchema } from './schema/file.ts';

/**
 * The JSON Schema (2020-12) of `entrada.yaml`, for editors: it is made from the schema that the gateway reads the file by,
 * and refuses what can be told from one value alone.
 */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  const schema = z.toJSONSchema(fileSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ jsonSchema, zodSchema }) => {
      if (traits.get(zodSchema)?.secret === true) jsonSchema.writeOnly = true;
    },
  });
  return { ...schema, title: 'entrada.yaml' };
}
