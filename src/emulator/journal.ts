import {
  type EndpointName,
  type EndpointSelector,
  type ServiceName,
  selects,
} from './endpoints.ts';

/** One request that the emulator received. Values of secrets are never kept, only that they came. */
export interface JournalEntry {
  /** Counts from 1. */
  readonly number: number;
  /** The `x-ms-request-id` or `request-id` that was answered. */
  readonly requestId: string;
  /** Unit: milliseconds since 1970-01-01 UTC, of the emulator's time. */
  readonly at: number;
  readonly service: ServiceName;
  /** Host that was asked. */
  readonly host: string;
  readonly method: string;
  /** As it came, without the query. */
  readonly path: string;
  /** What it was; null for a path that the service does not have. */
  readonly endpoint: EndpointName | null;
  readonly queryNames: readonly string[];
  /** Names of the fields of a form. */
  readonly bodyNames: readonly string[];
  /** Parameters of query and form that are no secrets. */
  readonly parameters: { readonly [name: string]: string };
  /** Request headers but `authorization`, `cookie` and the like, of which only the names are in `headerNames`. */
  readonly headers: { readonly [name: string]: string };
  readonly headerNames: readonly string[];
  /** Null until it was answered, and when it never is. */
  readonly status: number | null;
  /** How long the answer took. Unit: milliseconds of real time. */
  readonly ms: number | null;
  /** Application id of the client, where it said or proved one. */
  readonly client: string | null;
  /** Tenant id. */
  readonly tenant: string | null;
  /** Object id of the person it was about. */
  readonly person: string | null;
  /** `AADSTS50058`, or a code of Graph or Storage. */
  readonly error: string | null;
  /** Kinds of the faults that it met. */
  readonly faults: readonly string[];
}

/** Which entries are meant: those that have all of these, or those for which the function says so. */
export type JournalMatch =
  | ((entry: JournalEntry) => boolean)
  | {
      readonly endpoint?: EndpointSelector;
      readonly method?: string;
      readonly path?: string | RegExp;
      readonly status?: number;
      readonly client?: string;
      readonly person?: string;
      readonly error?: string;
      /** Each must be there with this value. */
      readonly parameters?: { readonly [name: string]: string };
    };

/** Entries kept; older ones are dropped. */
const MAX_ENTRIES = 10_000;

/** Every request received, for assertions and for the page that shows them live. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #count = 0;

  /** All entries kept, oldest first. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** How many requests were like this; without an argument, all. */
  count(match: JournalMatch = () => true): number {
    return this.all(match).length;
  }

  /** The newest request like this. */
  find(match: JournalMatch): JournalEntry | undefined {
    return this.#entries.findLast(matcher(match));
  }

  /** All requests like this, oldest first. */
  all(match: JournalMatch): readonly JournalEntry[] {
    return this.#entries.filter(matcher(match));
  }

  /** Forgets all. */
  clear(): void {
    this.#entries.length = 0;
  }

  /** Calls the listener whenever a request was answered, until the returned function is called. */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Writes a request down; the returned function completes its entry with the answer. */
  begin(entry: Omit<JournalEntry, 'number'>): (answer: Partial<JournalEntry>) => void {
    this.#count += 1;
    const written = { ...entry, number: this.#count };
    this.#entries.push(written);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    return (answer) => {
      Object.assign(written, answer);
      for (const listener of this.#listeners) listener(written);
    };
  }
}

function matcher(match: JournalMatch): (entry: JournalEntry) => boolean {
  if (typeof match === 'function') return match;
  const { endpoint, path, parameters = {}, ...exact } = match;
  return (entry) =>
    (endpoint === undefined || selects(endpoint, entry.endpoint)) &&
    (path === undefined || matchesPath(path, entry.path)) &&
    Object.entries(parameters).every(([name, value]) => entry.parameters[name] === value) &&
    Object.entries(exact).every(([name, value]) => Reflect.get(entry, name) === value);
}

const matchesPath = (wanted: string | RegExp, path: string): boolean =>
  // Not by test: a pattern with the flag g would go on from where it found the last one.
  typeof wanted === 'string' ? wanted === path : path.search(wanted) >= 0;
