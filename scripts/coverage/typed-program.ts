/** Stands in for `src/extensions/pool/runner-program.ts` in a coverage run: a runner is started with its sources. */
import path from 'node:path';

import type { Program } from '../../src/extensions/pool/runner-program.ts';
import { ROOT } from './places.ts';

export function programOf(entry: string): Program {
  return { entry, files: [entry, path.join(ROOT, 'src')] };
}
