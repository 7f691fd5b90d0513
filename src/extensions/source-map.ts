import { SourceMap } from 'node:module';
import path from 'node:path';

import type { Failure, SourceFrame } from '../../sandbox/contract.ts';

/** The way back from a bundle to the author's files. */
export class Sources {
  readonly #map: () => SourceMap;

  /** @param map Source map (version 3). It is read when the first frame needs it. */
  constructor(map: string) {
    let read: SourceMap | undefined;
    this.#map = () => (read ??= new SourceMap(JSON.parse(map)));
  }

  /** The failure with its places in the author's files; frames that lie in no file of the author are left out. */
  place(failure: Failure): Failure {
    if (failure.frames.length === 0) return failure;
    return { ...failure, frames: failure.frames.flatMap((frame) => this.#origin(frame)) };
  }

  #origin(frame: SourceFrame): readonly SourceFrame[] {
    const found = this.#map().findEntry(frame.line - 1, frame.column - 1);
    if (!('originalSource' in found) || found.originalSource === undefined) return [];
    const file = path.normalize(found.originalSource.replace(/^\.\.\//, ''));
    const place = { file, line: found.originalLine + 1, column: found.originalColumn + 1 };
    return [frame.function === undefined ? place : { ...place, function: frame.function }];
  }
}
