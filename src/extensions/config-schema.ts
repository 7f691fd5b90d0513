import { z } from 'zod';

import type { JsonObject } from '../../sandbox/contract.ts';
import type { Finding } from '../config/document/finding.ts';
import { EntradaError } from '../errors.ts';

/** What is wrong with the operator's `config`, each fault with its path below it. */
export type ConfigFault = Pick<Finding, 'path' | 'says'>;

/**
 * Checks the operator's `config` against the JSON Schema of a manifest.
 *
 * @throws {EntradaError} `EXTENSION_MANIFEST_INVALID` when the schema itself is none.
 */
export function checkConfig(schema: JsonObject | null, config: JsonObject): readonly ConfigFault[] {
  if (schema === null) return takesNone(config);
  const result = toZod(schema).safeParse(config);
  if (result.success) return [];
  return result.error.issues.map(({ path, message }) => ({
    path: path.filter((key) => typeof key !== 'symbol'),
    says: (it) => `${it} does not fit the extension: ${message}`,
  }));
}

function takesNone(config: JsonObject): readonly ConfigFault[] {
  return Object.keys(config).map((key) => ({
    path: [key],
    says: () => `The extension takes no config: its manifest has no schema for ${key}`,
  }));
}

function toZod(schema: JsonObject): z.ZodType {
  try {
    return z.fromJSONSchema(schema);
  } catch (cause) {
    throw new EntradaError('EXTENSION_MANIFEST_INVALID', 'config is not a JSON Schema', {
      cause,
      next: 'Write a schema of draft 2020-12, as in { type: object, properties: { … } }.',
    });
  }
}
