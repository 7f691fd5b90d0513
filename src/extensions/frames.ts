import { EntradaError } from '../errors.ts';

/**
 * Frames on the pipe between the gateway and a runner: 4 bytes of length, big-endian, and that many bytes of UTF-8: a
 * message as JSON in one line. The one long text that some messages have follows it, behind a line feed and as it is: it is
 * JSON already, or code, and would be escaped on one side and read twice on the other. A frame that announces more than its
 * reader takes is an error before a byte of it is read.
 */
const HEADER_BYTES = 4;

/** The largest frame that the gateway sends: a bundle, or the answer to a fetch. Unit: bytes. */
export const MAX_FRAME_TO_RUNNER: number = 32 * 1024 * 1024;

/** The largest frame that a runner sends: the longest call of the host, in characters of three bytes. Unit: bytes. */
export const MAX_FRAME_FROM_RUNNER: number = 10 * 1024 * 1024;

/** The member of a message that follows its JSON, by type. */
const LONG: ReadonlyMap<string, string> = new Map([
  ['platform', 'source'],
  ['compile', 'source'],
  ['load', 'source'],
  ['invoke', 'call'],
  ['answer', 'answer'],
  ['call', 'argument'],
]);

/** JSON has none but in its spaces, and `JSON.stringify` makes no spaces. */
const LINE_FEED = 10;

/** A message as a frame. */
export function encodeFrame(message: unknown): Buffer {
  const text = toText(message);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, HEADER_BYTES);
  return frame;
}

/**
 * Puts messages together from chunks, however the pipe cut them. It holds one frame at the most, in a buffer of the size
 * that the frame announced: whoever sends a frame byte by byte gains nothing by it.
 */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  /** The frame that is being read; undefined before its header is complete. */
  #body: Buffer | undefined;
  #bodyBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Takes a chunk and answers the messages that it completes. They are plain JSON values that nobody has checked.
   *
   * @throws {EntradaError} `EXTENSION_FRAME_INVALID` when a header announces more than the reader takes, or when a frame
   *   is not JSON. The reader is of no use afterwards.
   */
  push(chunk: Buffer): readonly unknown[] {
    const messages: unknown[] = [];
    for (let rest = chunk; rest.length > 0;) {
      rest = this.#body ? this.#readBody(rest) : this.#readHeader(rest);
      if (!this.#body || this.#bodyBytes < this.#body.length) continue;
      messages.push(parse(this.#body));
      this.#body = undefined;
    }
    return messages;
  }

  /** Takes what is missing of the header, and a body that lies whole behind it without copying it. */
  #readHeader(chunk: Buffer): Buffer {
    const taken = chunk.copy(this.#header, this.#headerBytes, 0);
    this.#headerBytes += taken;
    const rest = chunk.subarray(taken);
    if (this.#headerBytes < HEADER_BYTES) return rest;
    this.#headerBytes = 0;
    const length = this.#lengthOfBody();
    const whole = rest.length >= length;
    this.#body = whole ? rest.subarray(0, length) : Buffer.allocUnsafe(length);
    this.#bodyBytes = whole ? length : 0;
    return whole ? rest.subarray(length) : rest;
  }

  #readBody(chunk: Buffer): Buffer {
    const taken = chunk.copy(this.#body!, this.#bodyBytes);
    this.#bodyBytes += taken;
    return chunk.subarray(taken);
  }

  #lengthOfBody(): number {
    const length = this.#header.readUInt32BE(0);
    if (length <= this.#maxBytes) return length;
    throw new EntradaError(
      'EXTENSION_FRAME_INVALID',
      `a frame of ${length} bytes is announced; ${this.#maxBytes} are taken`,
    );
  }
}

interface Typed {
  readonly type: string;
  readonly [member: string]: unknown;
}

function isTyped(message: unknown): message is Typed {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    typeof message.type === 'string'
  );
}

function toText(message: unknown): string {
  const name = isTyped(message) ? LONG.get(message.type) : undefined;
  if (!isTyped(message) || name === undefined) return JSON.stringify(message);
  const { [name]: long, ...rest } = message;
  const isText = typeof long === 'string' && long.isWellFormed(); // else UTF-8 cannot say it, and JSON can
  return isText ? `${JSON.stringify(rest)}\n${long}` : JSON.stringify(message);
}

function parse(body: Buffer): unknown {
  try {
    const end = body.indexOf(LINE_FEED);
    if (end === -1) return JSON.parse(body.toString());
    return withLong(JSON.parse(body.toString('utf8', 0, end)), body.toString('utf8', end + 1));
  } catch (cause) {
    throw new EntradaError('EXTENSION_FRAME_INVALID', 'a frame is not JSON', { cause });
  }
}

function withLong(message: unknown, long: string): Typed {
  const name = isTyped(message) ? LONG.get(message.type) : undefined;
  if (isTyped(message) && name !== undefined) return { ...message, [name]: long };
  throw new SyntaxError('a text follows a message that has none');
}
