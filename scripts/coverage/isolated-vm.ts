/** Stands in for `isolated-vm` in a coverage run: the same, with isolates that are counted. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import ivm from 'isolated-vm';

import { CountedIsolates } from './isolates.ts';
import { ISOLATES, PLATFORM_URL } from './places.ts';

const isolates = new CountedIsolates(PLATFORM_URL);

function Isolate(options?: ivm.IsolateOptions): ivm.Isolate {
  return isolates.create(options);
}

const counting: typeof ivm = Object.create(ivm, { Isolate: { value: Isolate } });
export default counting;

/** Resolves when what ended isolates ran is counted. */
export function settled(): Promise<void> {
  return isolates.settled();
}

process.on('exit', () => {
  if (isolates.counts.isEmpty) return;
  writeFileSync(path.join(ISOLATES, `${process.pid}.json`), JSON.stringify(isolates.counts));
});
