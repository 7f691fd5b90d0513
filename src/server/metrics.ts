import type { Clock } from '../clock.ts';

/** One line of the exposition. */
interface Counter {
  add(by?: number): void;
}

/** Names of labels and their values. Values are few and ours: routes, statuses, outcomes. */
interface Labels {
  readonly [name: string]: string;
}

/** What happened how often since the start. */
export interface Metrics {
  /** The counter of these labels; the same one every time. */
  counter(name: string, labels: Labels): Counter;
  /** Adds to a counter. */
  count(name: string, labels: Labels, by?: number): void;
  /** A number that is asked for when somebody reads, once a minute at most. */
  gauge(name: string, read: () => number | Promise<number>): void;
  /** All of it, in the text format of Prometheus. */
  expose(): Promise<string>;
}

/** How long the answer of a gauge is good: counting a million sessions takes a tenth of a second. Unit: milliseconds. */
const GAUGE_KEPT_MS = 60_000;

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function createMetrics(clock: Clock): Metrics {
  const counters = new Map<string, Map<string, { value: number; add(by?: number): void }>>();
  const gauges = new Map<string, () => Promise<number>>();
  const counter = (name: string, labels: Labels): Counter => {
    const series = counters.getOrInsertComputed(name, () => new Map());
    return series.getOrInsertComputed(labelText(labels), createCounter);
  };
  return {
    counter,
    count: (name, labels, by = 1) => counter(name, labels).add(by),
    gauge: (name, read) => void gauges.set(name, keep(read, clock)),
    expose: async () => {
      const counts = [...counters].map(([name, series]) => [
        `# TYPE ${name} counter`,
        ...[...series].map(([labels, { value }]) => `${name}${labels} ${value}`),
      ]);
      const numbers = [...gauges].map(async ([name, read]) => [
        `# TYPE ${name} gauge`,
        `${name} ${await read()}`,
      ]);
      return `${[...counts, ...(await Promise.all(numbers))].flat().join('\n')}\n`;
    },
  };
}

/** Asks again when the last answer is old; one that failed is not kept. */
function keep(read: () => number | Promise<number>, clock: Clock): () => Promise<number> {
  let kept = { value: 0, until: 0 };
  return async () => {
    if (clock() >= kept.until) kept = { value: await read(), until: clock() + GAUGE_KEPT_MS };
    return kept.value;
  };
}

function createCounter(): { value: number; add(by?: number): void } {
  const counter = {
    value: 0,
    add: (by = 1) => {
      counter.value += by;
    },
  };
  return counter;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
