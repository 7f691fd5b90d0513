import type { BuiltExtension } from './load.ts';

/** A version that is not asked any more stays loaded so long, for whatever was begun with it. Unit: milliseconds. */
const GRACE_MS = 60_000;

/**
 * The extensions that are asked now. Another list takes their place in one step: a sign-in that began with one list ends
 * with it, and what runs in a version that left goes on to its end.
 */
export class LineUp {
  readonly #unload: (extension: BuiltExtension) => void;
  readonly #graceMs: number;
  #now: readonly BuiltExtension[];
  readonly #begun = new WeakMap<object, readonly BuiltExtension[]>();
  /** Runs that are under way, by id of the extension. */
  readonly #running = new Map<string, number>();
  /** Versions that left and are still loaded, by id; null when only their runs are waited for. */
  readonly #leaving = new Map<string, { readonly extension: BuiltExtension; over: boolean }>();
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param unload Hears of a version that nothing needs any more. */
  constructor(
    extensions: readonly BuiltExtension[],
    unload: (extension: BuiltExtension) => void,
    graceMs: number = GRACE_MS,
  ) {
    this.#now = extensions;
    this.#unload = unload;
    this.#graceMs = graceMs;
  }

  /** Whoever begins something now begins with these. */
  get now(): readonly BuiltExtension[] {
    return this.#now;
  }

  /** The extensions that something began with; those of now for what begins now. */
  of(subject: object): readonly BuiltExtension[] {
    const begun = this.#begun.get(subject) ?? this.#now;
    this.#begun.set(subject, begun);
    return begun;
  }

  /** True when a version is loaded: it is asked now, or was a moment ago. */
  has(id: string): boolean {
    return this.#leaving.has(id) || this.#now.some((one) => one.id === id);
  }

  /** Another list, all of which is loaded, from this moment on. */
  replace(next: readonly BuiltExtension[]): void {
    const ids = new Set(next.map(({ id }) => id));
    const left = this.#now.filter(({ id }) => !ids.has(id));
    this.#now = next;
    for (const id of ids) this.#leaving.delete(id);
    for (const extension of left) this.#dismiss(extension);
  }

  /** Runs something in an extension, which is not unloaded before that ends. */
  async during<Value>({ id }: BuiltExtension, work: () => Promise<Value>): Promise<Value> {
    this.#running.set(id, (this.#running.get(id) ?? 0) + 1);
    try {
      return await work();
    } finally {
      this.#running.set(id, (this.#running.get(id) ?? 1) - 1);
      this.#unloadIfOver(id);
    }
  }

  /** Nobody waits for anything any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #dismiss(extension: BuiltExtension): void {
    const { id } = extension;
    const leaving = { extension, over: false };
    this.#leaving.set(id, leaving);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      leaving.over = true;
      if (this.#leaving.get(id) === leaving) this.#unloadIfOver(id);
    }, this.#graceMs).unref();
    this.#timers.add(timer);
  }

  #unloadIfOver(id: string): void {
    const leaving = this.#leaving.get(id);
    if (leaving?.over !== true || (this.#running.get(id) ?? 0) > 0) return;
    this.#leaving.delete(id);
    this.#running.delete(id);
    this.#unload(leaving.extension);
  }
}
