import path from 'node:path';

import { makeFolder } from '../config/make-folder.ts';
import { writeFixture } from '../extensions/replay/fixture.ts';
import type { Recorded } from '../extensions/replay/recording.ts';

/**
 * Keeps recordings in a folder of each extension, a file for each run: `DIR/gate/5a3f….decide.json`.
 *
 * @param failed Hears what could not be written; the sign-in goes on.
 */
export function keepIn(
  folder: string,
  failed: (error: unknown) => void,
): (recorded: Recorded) => void {
  const runs = new Map<string, number>();
  return (recorded) => {
    const name = nameOf(recorded);
    const run = (runs.get(name) ?? 0) + 1;
    runs.set(name, run);
    const file = path.join(folder, run === 1 ? `${name}.json` : `${name}.${run}.json`);
    try {
      makeFolder(path.dirname(file), 0o700);
      writeFixture(file, recorded.fixture);
    } catch (error) {
      failed(error);
    }
  };
}

/** What an event repeats is another run of the same name. */
function nameOf({ extension, hook, signIn, fixture }: Recorded): string {
  const run = [signIn, fixture.name ?? hook].join('.').replaceAll(/[^\w.-]/g, '-');
  return path.join(extension, run);
}
