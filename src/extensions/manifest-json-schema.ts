import type { z } from 'zod';

import { jsonSchemaOf } from '../config/json-schema.ts';
import { manifestSchema } from './manifest-schema.ts';

/** The JSON Schema (2020-12) of `extension.yaml`, for editors. */
export function manifestJsonSchema(): z.core.JSONSchema.BaseSchema {
  return jsonSchemaOf(manifestSchema, 'extension.yaml');
}
