import type { Json } from '../../../../sandbox/contract.ts';
import { readBytes, requireRecord } from './argument.ts';

/** An isolate has no more texts half decoded at a time. */
const MAX_DECODERS = 64;
/** One call decodes no more. Unit: bytes. */
const MAX_BYTES = 196_608;

interface DecodeCall {
  readonly id: number;
  readonly encoding: string;
  readonly fatal: boolean;
  readonly stream: boolean;
  readonly bytes: Buffer;
}

function readCall(argument: unknown): DecodeCall {
  const { id, encoding, fatal, stream, bytes } = requireRecord(argument);
  if (typeof id !== 'number' || typeof encoding !== 'string') {
    throw new TypeError('an argument is missing');
  }
  return {
    id,
    encoding,
    fatal: fatal === true,
    stream: stream === true,
    bytes: readBytes(bytes, MAX_BYTES),
  };
}

/** The texts of one invocation that are being decoded from multi-byte encodings. */
export class TextDecoders {
  readonly #decoders = new Map<number, TextDecoder>();

  /**
   * Decodes a piece of a text; null when it is malformed and the decoder is fatal.
   *
   * @throws {RangeError} When the encoding is unknown, or a limit is over.
   */
  decode(argument: Json): string | null {
    const { id, encoding, fatal, stream, bytes } = readCall(argument);
    const decoder = this.#decoders.get(id) ?? this.#start(id, encoding, fatal);
    if (!stream) this.#decoders.delete(id);
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      this.#decoders.delete(id);
      return null;
    }
  }

  #start(id: number, encoding: string, fatal: boolean): TextDecoder {
    if (this.#decoders.size >= MAX_DECODERS) throw new RangeError('too many texts at a time');
    const decoder = new TextDecoder(encoding, { fatal });
    this.#decoders.set(id, decoder);
    return decoder;
  }
}
