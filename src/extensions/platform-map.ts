import type { OutputChunk } from 'rolldown';

/** The text of a chunk that stands in the script line by line, and the chunk that has its map. */
export interface Placed {
  readonly body: string;
  readonly chunk: OutputChunk;
}

/**
 * The source map of a script that was put together of chunks: one section for each (version 3, an index map).
 *
 * @param code The script, in which every body stands as it is, from the beginning of a line.
 */
export function mapOf(code: string, placed: readonly Placed[]): string {
  const sections = placed.flatMap(({ body, chunk: { map } }) =>
    map === null ? [] : [{ offset: { line: lineOf(code, body), column: 0 }, map }],
  );
  return JSON.stringify({
    version: 3,
    sections: sections.toSorted((one, other) => one.offset.line - other.offset.line),
  });
}

function lineOf(code: string, body: string): number {
  return code.slice(0, code.indexOf(body)).split('\n').length - 1;
}
