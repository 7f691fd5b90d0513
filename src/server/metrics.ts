/** One line of the exposition. */
export interface Counter {
  add(by?: number): void;
}

/** Names of labels and their values. Values are few and ours: routes, statuses, outcomes. */
export interface Labels {
  readonly [name: string]: string;
}

/** What happened how often since the start. */
export interface Metrics {
  /** The counter of these labels; the same one every time. */
  counter(name: string, labels: Labels): Counter;
  /** Adds to a counter. */
  count(name: string, labels: Labels, by?: number): void;
  /** A number that is asked for when somebody reads. */
  gauge(name: string, read: () => number | Promise<number>): void;
  /** All of it, in the text format of Prometheus. */
  expose(): Promise<string>;
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function createMetrics(): Metrics {
  const counters = new Map<string, Map<string, { value: number; add(by?: number): void }>>();
  const gauges = new Map<string, () => number | Promise<number>>();
  const counter = (name: string, labels: Labels): Counter => {
    const series = counters.getOrInsertComputed(name, () => new Map());
    return series.getOrInsertComputed(labelText(labels), createCounter);
  };
  return {
    counter,
    count: (name, labels, by = 1) => counter(name, labels).add(by),
    gauge: (name, read) => void gauges.set(name, read),
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
