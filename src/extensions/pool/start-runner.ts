import type { ToRunner } from '../../../sandbox/contract.ts';
import type { DataLimit } from './data-limit.ts';
import type { GivesWay } from './give-way.ts';
import { type RunnerEvents, RunnerHost } from './runner-host.ts';

export type LoadMessage = Extract<ToRunner, { type: 'load' }>;

/** What happened to runners, for the log. */
export type RunnerEvent =
  | 'runner_lost'
  | 'runner_sick'
  | 'runner_recycled'
  | 'runner_unlimited'
  | 'extension_kept_apart';

/** What all runners of a pool have in common. */
export interface RunnerParts {
  /** The platform's script. */
  readonly platform: string;
  readonly jitless: boolean;
  readonly givesWay?: GivesWay;
  readonly limit: DataLimit;
  /** What is loaded, or will be when it is needed, by id. */
  readonly catalog: ReadonlyMap<string, LoadMessage>;
  readonly report: (event: RunnerEvent, detail: string) => void;
  /** For tests: every frame on the pipes. */
  readonly tap?: (frame: Buffer) => void;
  /** For tests: another program than the runner's own. */
  readonly entry?: string;
}

/**
 * Starts a runner process; without the limit on its data where that may be what keeps it from starting. One that was ended
 * meanwhile, as by a machine that is short of memory, says nothing of the limit: another one is started with it.
 *
 * @param isolates How many it will have at a time, at the most.
 * @param hard What its memory is watched for. Unit: bytes.
 * @param isSecond Another one was ended before.
 * @throws {EntradaError} `EXTENSION_RUNNER_LOST` when it does not start.
 */
export async function startRunner(
  parts: RunnerParts,
  isolates: number,
  hard: number,
  events: Omit<RunnerEvents, 'tap'>,
  isSecond = false,
): Promise<RunnerHost> {
  const { platform, jitless, givesWay, limit, tap, entry } = parts;
  const dataLimit = limit.bytes(isolates, hard);
  const runner = new RunnerHost(
    platform,
    { ...events, ...(tap ? { tap } : {}) },
    {
      jitless,
      dataLimit,
      ...(givesWay && { givesWay }),
      ...(entry === undefined ? {} : { entry }),
    },
  );
  try {
    await runner.started();
    return runner;
  } catch (error) {
    if (dataLimit === null || (runner.wasEnded && isSecond)) throw error;
    if (!runner.wasEnded)
      limit.giveUp(error instanceof Error ? error.message : 'no runner starts with it');
    return startRunner(parts, isolates, hard, events, true);
  }
}
