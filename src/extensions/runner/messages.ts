/**
 * A message of the runtime in an isolate, after its form was checked. The isolate is hostile: whoever gets hold of the
 * runtime's callback can send anything.
 */
export interface IsolateMessage {
  readonly type: MessageType;
  /** Of the call or timer; 0 otherwise. */
  readonly id: number;
  readonly name: string;
  readonly text: string;
}

const TYPES = ['call', 'drop', 'log', 'timer', 'clear', 'done', 'failed'] as const;

export type MessageType = (typeof TYPES)[number];

/** Narrows what came through the callback; undefined for anything that is no message. */
export function readMessage(
  type: unknown,
  id: unknown,
  name: unknown,
  text: unknown,
): IsolateMessage | undefined {
  const known = TYPES.find((one) => one === type);
  if (known === undefined || typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
  if (typeof name !== 'string' || typeof text !== 'string') return undefined;
  return { type: known, id, name, text };
}

/** What the runtime said of a failure: guest-made text, each field cut to a length that can be kept. */
export interface FailureText {
  readonly code: string;
  readonly message: string;
  readonly stack: string;
}

/** Text of a guest-made error is cut here. Unit: UTF-16 code units. */
export const MAX_FAILURE_TEXT = 2_000;

/** Reads the text of a `failed` message; whatever it is, the answer can be kept. */
export function readFailure(text: string): FailureText {
  const fields = parseObject(text);
  const field = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    code: field('code').slice(0, 100) || 'THROWN',
    message: field('message').slice(0, MAX_FAILURE_TEXT),
    stack: field('stack'),
  };
}

function parseObject(text: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}
