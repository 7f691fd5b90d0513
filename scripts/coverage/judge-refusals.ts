import type { RefusalPlace } from './refusals.ts';
import type { Unreachable } from './unreachable.ts';

/** What a run says of the places that refuse. */
export interface Judgement {
  /** Places that no test reached, and that have no reason. */
  readonly unreached: readonly RefusalPlace[];
  /** Reasons for places that a test reached, or that are gone. */
  readonly needless: readonly Unreachable[];
}

/** Each reason stands for one place. */
export function judgeRefusals(
  unreached: readonly RefusalPlace[],
  reasons: readonly Unreachable[],
): Judgement {
  const needless = [...reasons];
  const left = unreached.filter(({ file, text }) => {
    const index = needless.findIndex((one) => one.file === file && one.text === text);
    if (index !== -1) needless.splice(index, 1);
    return index === -1;
  });
  return { unreached: left, needless };
}
