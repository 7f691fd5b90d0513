import { writeSync } from 'node:fs';

/** One figure of a benchmark. */
export interface Figure {
  /** What was measured, as in `decide, paced, p50`. */
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'requests/s' | 'invocations/s' | 'invocations' | 'MB' | 'ratio' | 'µs';
  /** A ratio to a peer of the same run, and the bar that it is held to. */
  readonly bar?: Bar;
}

/** `at most 0.4` or `at least 0.6`. */
export interface Bar {
  readonly kind: 'at most' | 'at least';
  readonly value: number;
}

/** Hands figures to whoever runs the benchmark: one JSON line each, on a channel of their own. */
export function report(...figures: readonly Figure[]): void {
  for (const figure of figures) writeSync(1, `${JSON.stringify(figure)}\n`);
}

/** True when a figure holds its bar, or has none. */
export function holds({ value, bar }: Figure): boolean {
  if (!bar) return true;
  return bar.kind === 'at most' ? value <= bar.value : value >= bar.value;
}

/** The value below which so much of all values lie. Sorts a copy. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
