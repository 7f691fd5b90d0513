import { EntradaError } from '../errors.ts';

/**
 * Frames on the pipe between the gateway and a runner: 4 bytes of length, big-endian, and that many bytes of UTF-8 JSON.
 * A frame that announces more than its reader takes is an error before a byte of it is read.
 */
const HEADER_BYTES = 4;

/** The largest frame that the gateway sends: a bundle, or the answer to a fetch. Unit: bytes. */
export const MAX_FRAME_TO_RUNNER: number = 32 * 1024 * 1024;

/** The largest frame that a runner sends: the call of a fetch with its body. Unit: bytes. */
export const MAX_FRAME_FROM_RUNNER: number = 8 * 1024 * 1024;

/** A message as a frame. */
export function encodeFrame(message: unknown): Buffer {
  const text = JSON.stringify(message);
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

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new EntradaError('EXTENSION_FRAME_INVALID', 'a frame is not JSON', { cause });
  }
}
