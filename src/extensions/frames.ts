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

/** Puts messages together from chunks, however the pipe cut them. */
export class FrameReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Of the frame that is being read; undefined before its header is complete. */
  #expected: number | undefined;

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
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    const messages: unknown[] = [];
    for (let body = this.#next(); body !== undefined; body = this.#next()) {
      messages.push(parse(body));
    }
    return messages;
  }

  #next(): Buffer | undefined {
    if (this.#expected === undefined) {
      if (this.#length < HEADER_BYTES) return undefined;
      this.#expected = this.#readHeader();
    }
    if (this.#length < this.#expected) return undefined;
    const body = this.#take(this.#expected);
    this.#expected = undefined;
    return body;
  }

  #readHeader(): number {
    const length = this.#take(HEADER_BYTES).readUInt32BE(0);
    if (length <= this.#maxBytes) return length;
    throw new EntradaError(
      'EXTENSION_FRAME_INVALID',
      `a frame of ${length} bytes is announced; ${this.#maxBytes} are taken`,
    );
  }

  #take(bytes: number): Buffer {
    const joined =
      this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#length);
    this.#length -= bytes;
    this.#chunks = this.#length === 0 ? [] : [joined.subarray(bytes)];
    return joined.subarray(0, bytes);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new EntradaError('EXTENSION_FRAME_INVALID', 'a frame is not JSON', { cause });
  }
}
