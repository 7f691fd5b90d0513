import type { Inspected } from './isolate.ts';

/** So often a debugger is woken that has not answered. Unit: milliseconds. */
const NUDGE_MS = 10;

/** Of our own requests; those of a frontend count from 1. */
const NUDGE_ID = 2_000_000_000;

/** The shortest request that changes nothing. */
const NUDGE = JSON.stringify({ id: NUDGE_ID, method: 'Schema.getDomains' });

/**
 * Messages to and from the debugger of one isolate. A message that reaches V8 in the moment between its saying that it is
 * paused and its waiting is not seen before the next one comes: so there is a next one, as long as something is unanswered.
 */
export class Inspection {
  readonly #heard: Inspected;
  readonly #unanswered = new Set<unknown>();
  #dispatch: Inspected = () => undefined;
  #nudging: NodeJS.Timeout | undefined;

  /** @param heard Hears every message but the answers to those that nobody sent. */
  constructor(heard: Inspected) {
    this.#heard = heard;
  }

  /** Says where messages go. */
  connect(dispatch: Inspected): void {
    this.#dispatch = dispatch;
  }

  send(message: string): void {
    this.#unanswered.add(idOf(message));
    this.#dispatch(message);
    this.#nudging ??= setInterval(() => this.#dispatch(NUDGE), NUDGE_MS);
  }

  hear(message: string): void {
    const id = idOf(message);
    if (id === NUDGE_ID) return;
    this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#rest();
    this.#heard(message);
  }

  #rest(): void {
    clearInterval(this.#nudging);
    this.#nudging = undefined;
  }
}

function idOf(message: string): unknown {
  const parsed: unknown = JSON.parse(message);
  return typeof parsed === 'object' && parsed !== null && 'id' in parsed ? parsed.id : undefined;
}
