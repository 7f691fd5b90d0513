import type { Fault } from '../../config/config.ts';
import { isEntradaError } from '../../errors.ts';
import type { BuiltExtension } from '../load.ts';
import { differences, type PreparedAgain, refusals, type Reloaded } from './reload.ts';

/** What runs extensions, and can take others in their place. */
export interface TakingHost {
  readonly extensions: readonly BuiltExtension[];
  /** Takes them in one step, or rejects and goes on as before. */
  take(next: readonly BuiltExtension[]): Promise<void>;
}

/**
 * Reads what is approved now.
 *
 * @param running Hashes of the versions that run.
 */
export type PrepareAgain = (running: ReadonlySet<string>) => Promise<PreparedAgain>;

/**
 * Lets a host take what is approved now. Never rejects: whatever goes wrong, it goes on as before, and is told why.
 *
 * @param host Null where extensions are off.
 * @param prepareAgain Undefined for a gateway that takes versions at its start alone.
 */
export async function takeAgain(
  host: TakingHost | null,
  prepareAgain: PrepareAgain | undefined,
): Promise<Reloaded> {
  if (!host) return refuse('extensions are off');
  if (!prepareAgain) return refuse('this gateway takes versions only at its start');
  try {
    return await takeFrom(host, prepareAgain);
  } catch (error) {
    return refuse(isEntradaError(error) ? `${error.code}: ${error.message}` : String(error));
  }
}

async function takeFrom(host: TakingHost, prepareAgain: PrepareAgain): Promise<Reloaded> {
  const now = host.extensions;
  const next = await prepareAgain(new Set(now.map(({ integrity }) => integrity)));
  const errors = next.faults.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return refuse(...errors.map(sentenceOf));
  const refused = refusals(now, next);
  if (refused.length > 0) return refuse(...refused);
  await host.take(next.extensions);
  return { ok: true, refused: [], ...differences(now, next.extensions) };
}

const refuse = (...refused: readonly string[]): Reloaded => ({
  ok: false,
  taken: [],
  left: [],
  refused,
});

const sentenceOf = ({ code, message, next }: Fault): string =>
  `${code}: ${message}${next === undefined ? '' : ` ${next}`}`;
