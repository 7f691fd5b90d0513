import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { PLATFORM, ROOT } from './places.ts';
import { type RefusalPlace, refusalsIn } from './refusals.ts';

/** The files whose lines are counted. */
export function sources(): readonly string[] {
  return ['src', 'sandbox'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
      .map((file) => path.join(folder, file))
      .toSorted(),
  );
}

/** Every place of them that refuses. */
export function allRefusals(): readonly RefusalPlace[] {
  return refusalsIn(
    new Map(sources().map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')])),
  );
}

/** The files that are not what they were when counting began: offsets that were counted lie elsewhere now. */
export function changedSources(): readonly string[] {
  const began = statSync(PLATFORM).mtimeMs;
  return sources().filter((file) => statSync(path.join(ROOT, file)).mtimeMs > began);
}
