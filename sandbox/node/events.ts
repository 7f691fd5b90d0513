/** `node:events` for packages that import it: listeners of one object, called in order. Without domains and async iteration. */
type Listener = (...given: unknown[]) => void;

interface Entry {
  readonly listener: Listener;
  readonly once: boolean;
}

type Entries = Map<PropertyKey, readonly Entry[]>;

/** By emitter, not in it: objects of the old kind inherit the methods and were never constructed. */
const all = new WeakMap<object, Entries>();

function entriesOf(emitter: object): Entries {
  const found = all.get(emitter);
  if (found) return found;
  const made: Entries = new Map();
  all.set(emitter, made);
  return made;
}

class Emitter {
  static defaultMaxListeners = 10;

  on(event: PropertyKey, listener: Listener): this {
    return add(this, event, { listener, once: false }, false);
  }

  addListener(event: PropertyKey, listener: Listener): this {
    return this.on(event, listener);
  }

  once(event: PropertyKey, listener: Listener): this {
    return add(this, event, { listener, once: true }, false);
  }

  prependListener(event: PropertyKey, listener: Listener): this {
    return add(this, event, { listener, once: false }, true);
  }

  prependOnceListener(event: PropertyKey, listener: Listener): this {
    return add(this, event, { listener, once: true }, true);
  }

  off(event: PropertyKey, listener: Listener): this {
    const entries = entriesOf(this).get(event) ?? [];
    const at = entries.findLastIndex((entry) => entry.listener === listener);
    if (at >= 0) set(this, event, entries.toSpliced(at, 1));
    return this;
  }

  removeListener(event: PropertyKey, listener: Listener): this {
    return this.off(event, listener);
  }

  removeAllListeners(event?: PropertyKey): this {
    if (event === undefined) entriesOf(this).clear();
    else entriesOf(this).delete(event);
    return this;
  }

  /** Calls the listeners that there are now; true when there was one. An `error` that nobody listens to is thrown. */
  emit(event: PropertyKey, ...given: unknown[]): boolean {
    const entries = entriesOf(this).get(event) ?? [];
    if (entries.length === 0 && event === 'error') throw toError(given[0]);
    for (const entry of entries) {
      if (entry.once) drop(this, event, entry);
      Reflect.apply(entry.listener, this, given);
    }
    return entries.length > 0;
  }

  listeners(event: PropertyKey): Listener[] {
    return (entriesOf(this).get(event) ?? []).map(({ listener }) => listener);
  }

  rawListeners(event: PropertyKey): Listener[] {
    return this.listeners(event);
  }

  listenerCount(event: PropertyKey): number {
    return (entriesOf(this).get(event) ?? []).length;
  }

  eventNames(): PropertyKey[] {
    return [...entriesOf(this).keys()];
  }

  /** Leaks of an object that ends with the invocation are nobody's concern. */
  setMaxListeners(_count: number): this {
    return this;
  }

  getMaxListeners(): number {
    return Emitter.defaultMaxListeners;
  }
}

function add<This extends object>(
  self: This,
  event: PropertyKey,
  entry: Entry,
  first: boolean,
): This {
  const entries = entriesOf(self).get(event) ?? [];
  set(self, event, first ? [entry, ...entries] : [...entries, entry]);
  return self;
}

function drop(self: object, event: PropertyKey, entry: Entry): void {
  const entries = entriesOf(self).get(event) ?? [];
  set(
    self,
    event,
    entries.filter((other) => other !== entry),
  );
}

function set(self: object, event: PropertyKey, entries: readonly Entry[]): void {
  if (entries.length > 0) entriesOf(self).set(event, entries);
  else entriesOf(self).delete(event);
}

function toError(given: unknown): Error {
  return given instanceof Error ? given : new Error(`Unhandled error. (${String(given)})`);
}

/** A class of the old kind calls its parent as a function: `EventEmitter.call(this)`. */
export const EventEmitter: typeof Emitter = new Proxy(Emitter, { apply: () => undefined });
export type EventEmitter = Emitter;

/** Resolves with what the event carries. */
function once(emitter: EventEmitter, event: PropertyKey): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      emitter.off(event, done);
      reject(error);
    };
    const done = (...given: unknown[]): void => {
      emitter.off('error', fail);
      resolve(given);
    };
    emitter.once(event, done);
    if (event !== 'error') emitter.once('error', fail);
  });
}

/** What `require('events')` gives is the class, with everything else in it. */
Object.assign(Emitter, { EventEmitter, once });

export { once, EventEmitter as 'module.exports' };
export default EventEmitter;
