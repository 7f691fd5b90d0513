import { z } from 'zod';

import type { Call, Failure, RunnerLimits } from '../../sandbox/contract.ts';
import type { Clock } from '../clock.ts';
import { EntradaError } from '../errors.ts';
import type { BuiltExtension } from './load.ts';
import type { RunnerPool } from './pool.ts';

const DESCRIBE_LIMITS: Partial<RunnerLimits> = { wallMs: 5_000, cpuMs: 1_000, hostCalls: 0 };

/** Evaluates an extension once, without a call of the host, to see that it loads and which hooks it has. */
export async function describe(
  { id, name, limits, sources, config }: BuiltExtension,
  pool: RunnerPool,
  clock: Clock,
): Promise<ReadonlySet<string>> {
  const { outcome } = await pool.run({
    extension: id,
    call: JSON.stringify({
      hook: 'describe',
      event: null,
      config: config.config,
      tokens: {},
      secrets: {},
      deadline: clock() + 5_000,
      resultLength: limits.resultLength,
      messageLength: limits.messageLength,
    } satisfies Call),
    source: null,
    limits: { ...limits, ...DESCRIBE_LIMITS },
    measure: false,
    answer: async () =>
      '{"ok":false,"error":{"code":"OPERATION_REFUSED","message":"not while it loads"}}',
    log: () => undefined,
    repeatable: () => true,
  });
  if (outcome.ok) return new Set(readHooks(outcome.result));
  throw unloadable(name, sources.place(outcome.failure));
}

const HOOKS = z.array(z.string().max(200)).max(100);

/** The names come from guest code: whatever else it is, it is no list of hooks. */
function readHooks(text: string): readonly string[] {
  const checked = HOOKS.safeParse(JSON.parse(text));
  return checked.success ? checked.data : [];
}

function unloadable(name: string, { message, frames: [frame] }: Failure): EntradaError {
  const position = frame ? { position: frame } : {};
  return new EntradaError('EXTENSION_UNLOADABLE', `${name} does not load: ${message}`, position);
}
