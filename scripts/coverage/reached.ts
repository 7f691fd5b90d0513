import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { PLATFORM, PLATFORM_MAP, RAW, RAW_ISOLATES, ROOT } from './places.ts';
import type { RefusalPlace } from './refusals.ts';
import { allCounts } from './sandbox-report.ts';
import type { ScriptCoverage } from './script-counts.ts';
import { readSegments } from './source-positions.ts';

/** The places that ran, in any process or isolate of the run. */
export function reached(places: readonly RefusalPlace[]): ReadonlySet<RefusalPlace> {
  return new Set([...reachedInNode(places), ...reachedInIsolates(places)]);
}

function reachedInNode(places: readonly RefusalPlace[]): ReadonlySet<RefusalPlace> {
  const byUrl = Map.groupBy(places, ({ file }) => pathToFileURL(path.join(ROOT, file)).href);
  const found = new Set<RefusalPlace>();
  for (const file of readdirSync(RAW).filter((name) => name !== RAW_ISOLATES)) {
    for (const script of countsIn(path.join(RAW, file))) {
      for (const place of byUrl.get(script.url) ?? []) {
        if (!found.has(place) && ran(script, place.start)) found.add(place);
      }
    }
  }
  return found;
}

/** None where the process that wrote the file was killed over it, as some tests do. */
function countsIn(file: string): readonly ScriptCoverage[] {
  const text = readFileSync(file, 'utf8');
  if (!text.endsWith('}')) return [];
  const { result }: { readonly result: readonly ScriptCoverage[] } = JSON.parse(text);
  return result;
}

/** Whether the character at an offset ran: the innermost block of the innermost function says it. */
export function ran({ functions }: ScriptCoverage, offset: number): boolean {
  let narrowest = Infinity;
  let count = 0;
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count: times } of ranges) {
      const holds = startOffset <= offset && offset < endOffset;
      if (!holds || endOffset - startOffset > narrowest) continue;
      narrowest = endOffset - startOffset;
      count = times;
    }
  }
  return count > 0;
}

/** By the platform's script itself: what its source map makes of it for c8 is joined into whole lines. */
function reachedInIsolates(places: readonly RefusalPlace[]): readonly RefusalPlace[] {
  const counts = allCounts();
  const segments = readSegments(readFileSync(PLATFORM, 'utf8'), readFileSync(PLATFORM_MAP, 'utf8'));
  const bySource = Map.groupBy(segments, ({ source }) => path.relative(ROOT, source));
  return places.filter(({ file, start, end }) =>
    bySource
      .get(file)
      ?.some(
        ({ original, generated }) =>
          start <= original && original < end && counts.at(generated) > 0,
      ),
  );
}
