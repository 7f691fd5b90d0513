import { z } from 'zod';

import type { Json } from '../../sandbox/contract.ts';
import type { Limits } from './limits.ts';

/** A result that fits its contract, or what is wrong with it. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: string; readonly message: string };

/**
 * Narrows the JSON text that a hook returned. It comes from guest code: length was checked before it crossed, depth and
 * number of values are checked here, before anything walks it by recursion.
 */
export function readResult<Value>(
  text: string,
  schema: z.ZodType<Value>,
  limits: Limits,
): Checked<Value> {
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const shape = checkShape(parsed.value, limits);
  if (shape) return { ok: false, code: 'RESULT_TOO_COMPLEX', message: shape };
  const result = schema.safeParse(parsed.value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, code: 'RESULT_INVALID', message: describe(result.error) };
}

function parse(text: string): Checked<Json> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, code: 'RESULT_INVALID', message: 'the result is not JSON' };
  }
}

/** Level by level, so that no depth of the value is a depth of the stack. */
function checkShape(value: Json, limits: Limits): string | undefined {
  let level: readonly Json[] = [value];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.resultDepth) return `the result nests deeper than ${limits.resultDepth}`;
    nodes += level.length;
    if (nodes > limits.resultNodes) return `the result has more than ${limits.resultNodes} values`;
    level = level.flatMap(children);
  }
  return undefined;
}

function children(value: Json): readonly Json[] {
  if (value === null || typeof value !== 'object') return [];
  return Array.isArray(value) ? value : Object.values(value);
}

function describe(error: z.ZodError): string {
  const [first] = error.issues;
  if (!first) return 'the result is not what the hook may return';
  const path = first.path.map(String).join('.');
  return path === '' ? first.message : `${path}: ${first.message}`;
}

/** Text that is shown or logged: no control characters, bidirectional ones included. */
export const plainText = (maximum: number): z.ZodString =>
  z
    .string()
    .max(maximum)
    .regex(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u, 'has control characters');
