import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { ISOLATES, PLATFORM, PLATFORM_MAP, ROOT } from './places.ts';
import {
  type CountedRange,
  type FunctionCoverage,
  type Range,
  type ScriptCoverage,
  ScriptCounts,
} from './script-counts.ts';
import { readSegments, type Segment } from './source-positions.ts';

const SANDBOX = path.join(ROOT, 'sandbox/');

/** What isolates ran of every file of `sandbox/`, in V8's own form, as if Node had run the files. */
export function sandboxCoverage(): readonly ScriptCoverage[] {
  const counts = allCounts();
  const segments = readSegments(readFileSync(PLATFORM, 'utf8'), readFileSync(PLATFORM_MAP, 'utf8'));
  const functions = originalFunctions(counts, segments);
  const sources = Map.groupBy(segments, ({ source }) => source);
  return [...sources]
    .filter(([source]) => source.startsWith(SANDBOX))
    .map(([source, own]) => ({
      url: pathToFileURL(source).href,
      functions: [
        ...(functions.get(source) ?? []),
        skippedLines(own, readFileSync(source, 'utf8').length, counts),
      ],
    }));
}

/** What all isolates of the run ran of the platform. */
export function allCounts(): ScriptCounts {
  const counts = new ScriptCounts();
  for (const file of readdirSync(ISOLATES)) {
    counts.addCounted(JSON.parse(readFileSync(path.join(ISOLATES, file), 'utf8')));
  }
  return counts;
}

/** Functions by source, each with those of its blocks that lie in no function within it. */
function originalFunctions(
  counts: ScriptCounts,
  segments: readonly Segment[],
): ReadonlyMap<string, readonly FunctionCoverage[]> {
  const { functions, blocks } = counts.toJSON();
  const outermostFirst = functions.toSorted(
    (one, other) => other.end - other.start - (one.end - one.start),
  );
  const blocksOf = Map.groupBy(blocks, (block) => innermost(block, outermostFirst));
  const found = new Map<string, FunctionCoverage[]>();
  for (const one of outermostFirst) {
    const place = originalRange(one, segments, counts);
    if (!place) continue;
    const ranges = (blocksOf.get(one) ?? []).flatMap((block) => {
      const inner = originalRange(block, segments, counts);
      return inner?.source === place.source ? inner.range : [];
    });
    const list = found.get(place.source) ?? [];
    found.set(place.source, list);
    list.push({
      functionName: one.name,
      ranges: [place.range, ...ranges],
      isBlockCoverage: true,
    });
  }
  return found;
}

function innermost(block: Range, outermostFirst: readonly Range[]): Range | undefined {
  return outermostFirst.findLast(({ start, end }) => start <= block.start && block.end <= end);
}

/** The range of a source that a range of the script stands for; undefined when it stands for several, or for none. */
function originalRange(
  { start, end }: Range,
  segments: readonly Segment[],
  counts: ScriptCounts,
): { readonly source: string; readonly range: CountedRange } | undefined {
  const first = segments[indexFrom(segments, start)];
  const last = segments[indexFrom(segments, end) - 1];
  if (!first || !last || first.source !== last.source || first.generated >= end) return undefined;
  if (last.original < first.original) return undefined;
  const range = {
    startOffset: first.original,
    endOffset: last.original + 1,
    count: counts.at(start),
  };
  return { source: first.source, range };
}

/** The first segment at or behind an offset of the script. */
function indexFrom(segments: readonly Segment[], offset: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle]?.generated ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * What never ran, as ranges over the whole file. A part of the platform that nobody evaluated has no functions that V8
 * knows of, and yet its lines did not run.
 */
function skippedLines(
  own: readonly Segment[],
  length: number,
  counts: ScriptCounts,
): FunctionCoverage {
  const ran = new Map<number, number>();
  for (const { generated, original } of own) {
    ran.set(original, Math.max(ran.get(original) ?? 0, counts.at(generated)));
  }
  const places = [...ran].toSorted(([one], [other]) => one - other);
  const ranges = places.flatMap(([startOffset, count], index) =>
    count > 0 ? [] : [{ startOffset, endOffset: places[index + 1]?.[0] ?? length, count: 0 }],
  );
  return {
    functionName: '',
    ranges: [{ startOffset: 0, endOffset: length, count: 1 }, ...joined(ranges)],
    isBlockCoverage: false,
  };
}

/** Ranges that touch, as one. */
function joined(ranges: readonly CountedRange[]): readonly CountedRange[] {
  const all: CountedRange[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    if (last?.endOffset !== range.startOffset) all.push(range);
    else all.splice(-1, 1, { ...last, endOffset: range.endOffset });
  }
  return all;
}
