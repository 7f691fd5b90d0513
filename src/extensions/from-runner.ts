import { z } from 'zod';

import type { Failure, FromRunner } from '../../sandbox/contract.ts';

/**
 * What a runner may say. A runner holds guest code: one that broke out of its isolate could send anything, so that every
 * message is checked here, and a wrong one costs the runner its life.
 */
const text = z.string().max(8 * 1024);
const id = z.number().int().nonnegative();
const amount = z.number().nonnegative().max(1e15);

const FAILURE: z.ZodType<Failure> = z.strictObject({
  kind: z.enum([
    'throw',
    'timeout',
    'cpu',
    'memory',
    'limit',
    'invalid_result',
    'unavailable',
    'dependency',
  ]),
  code: z.string().max(100),
  message: text,
  frames: z
    .array(
      z.strictObject({
        file: z.string().max(1_024),
        line: amount,
        column: amount,
        function: z.string().max(1_024).exactOptional(),
      }),
    )
    .max(50),
});

const MESSAGE: z.ZodType<FromRunner> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), v8: z.string().max(100), node: z.string().max(100) }),
  z.strictObject({ type: z.literal('loaded'), extension: z.string().max(200) }),
  z.strictObject({
    type: z.literal('unloadable'),
    extension: z.string().max(200),
    failure: FAILURE,
  }),
  z.strictObject({
    type: z.literal('call'),
    id,
    call: z.number().int(),
    op: z.string().max(100),
    argument: z.string(),
  }),
  z.strictObject({
    type: z.literal('log'),
    id,
    level: z.enum(['debug', 'info', 'warn', 'error']),
    text,
  }),
  z.strictObject({
    type: z.literal('done'),
    id,
    outcome: z.discriminatedUnion('ok', [
      z.strictObject({ ok: z.literal(true), result: z.string() }),
      z.strictObject({ ok: z.literal(false), failure: FAILURE }),
    ]),
    usage: z.strictObject({ wallMs: amount, cpuMs: amount, heapBytes: amount }),
  }),
  z.strictObject({ type: z.literal('sick'), reason: text }),
]);

/** Narrows a message of a runner; undefined for anything that is none. */
export function readFromRunner(message: unknown): FromRunner | undefined {
  const checked = MESSAGE.safeParse(message);
  return checked.success ? checked.data : undefined;
}
