import { readFileSync } from 'node:fs';

import { decode } from '@jridgewell/sourcemap-codec';

/** A place of the script that stands for a place of a source. Offsets in UTF-16 code units. */
export interface Segment {
  readonly generated: number;
  readonly source: string;
  readonly original: number;
}

interface IndexMap {
  readonly sections: readonly {
    readonly offset: { readonly line: number };
    readonly map: { readonly sources: readonly string[]; readonly mappings: string };
  }[];
}

/** Every segment of an index map, in the order of the script. */
export function readSegments(script: string, map: string): readonly Segment[] {
  const { sections }: IndexMap = JSON.parse(map);
  const generated = lineStarts(script);
  const originals = new Map<string, readonly number[]>();
  const startsOf = (source: string): readonly number[] => {
    const known = originals.get(source) ?? lineStarts(readFileSync(source, 'utf8'));
    originals.set(source, known);
    return known;
  };
  return sections.flatMap(({ offset, map: { sources, mappings } }) =>
    decode(mappings).flatMap((segments, line) =>
      segments.flatMap(([column, index, originalLine, originalColumn]) => {
        const source = index === undefined ? undefined : sources[index];
        if (source === undefined || originalLine === undefined) return [];
        return {
          generated: (generated[offset.line + line] ?? 0) + column,
          source,
          original: (startsOf(source)[originalLine] ?? 0) + (originalColumn ?? 0),
        };
      }),
    ),
  );
}

/** Offset of the beginning of every line. */
function lineStarts(text: string): readonly number[] {
  return [0, ...text.matchAll(/\n/g).map(({ index }) => index + 1)];
}
