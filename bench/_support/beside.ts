import { setTimeout as sleep } from 'node:timers/promises';

/** Something that is measured beside others. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** One call, which throws when its answer is wrong. It gives back what remains to be done when nobody waits any more. */
  call(): Promise<void | (() => void)>;
}

export interface Pace {
  /** Time between two calls. Unit: milliseconds. */
  readonly ms: number;
  readonly blocks: number;
  /** Calls in a block that are measured. */
  readonly calls: number;
}

/** Calls at the start of each block that are not measured. */
const WARM_UP = 5;

async function timed(contender: Contender): Promise<number> {
  const before = performance.now();
  const rest = await contender.call();
  const time = performance.now() - before;
  rest?.();
  return time;
}

/**
 * Calls everybody at the same pace, in turn and in blocks: a machine that is busy for a while disturbs each alike. Unit of
 * the times: milliseconds.
 */
export async function pacedBeside(
  contenders: readonly Contender[],
  { ms, blocks, calls }: Pace,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map(contenders.map(({ name }): [string, number[]] => [name, []]));
  for (let block = 0; block < blocks; block++) {
    for (const contender of contenders) {
      for (let call = -WARM_UP; call < calls; call++) {
        const time = await timed(contender);
        if (call >= 0) times.get(contender.name)!.push(time);
        await sleep(ms);
      }
    }
  }
  return times;
}
