/**
 * `TextEncoder` and `TextDecoder`.
 *
 * @see https://encoding.spec.whatwg.org/
 */
import { TextDecoder as Decoder, TextEncoder as Encoder } from '@exodus/bytes/encoding-lite.js';
import { isMultiByte, legacyDecoder } from './legacy-decoder.ts';
import {
  ArrayBufferDetached,
  NativeTypeError,
  SafeUint8Array,
  TypedArrayBuffer,
  TypedArrayTag,
} from './primordials.ts';
import {
  bytesOf,
  defineInterface,
  isBufferSource,
  requireArguments,
  toDOMString,
  toDictionary,
  toUSVString,
} from './webidl.ts';

export class TextEncoder {
  readonly #encoder: InstanceType<typeof Encoder> = new Encoder();

  get encoding(): string {
    return (void this.#encoder, 'utf-8');
  }

  encode(input: unknown = undefined): Uint8Array {
    const encoder = this.#encoder;
    return encoder.encode(input === undefined ? '' : toUSVString(input));
  }

  encodeInto(source: unknown, destination: unknown): { read: number; written: number } {
    const encoder = this.#encoder;
    requireArguments(arguments.length, 2, 'TextEncoder.encodeInto');
    const text = toUSVString(source);
    if (TypedArrayTag(destination) !== 'Uint8Array') {
      throw new NativeTypeError('The destination is not a Uint8Array');
    }
    if (ArrayBufferDetached(TypedArrayBuffer(destination as Uint8Array))) {
      return { read: 0, written: 0 };
    }
    return encoder.encodeInto(text, bytesOf(destination as Uint8Array));
  }
}
defineInterface(TextEncoder, 'TextEncoder');

/** What decodes the bytes: the library, or the runner for the encodings whose tables are left out. */
interface Codec {
  readonly encoding: string;
  readonly decode: (bytes: Uint8Array, stream: boolean) => string;
}

function makeCodec(label: string, fatal: boolean, ignoreBOM: boolean): Codec {
  const decoder = new Decoder(label, { fatal, ignoreBOM });
  const { encoding } = decoder;
  if (isMultiByte(encoding)) return { encoding, decode: legacyDecoder(encoding, fatal) };
  return { encoding, decode: (bytes, stream) => decoder.decode(bytes, { stream }) };
}

export class TextDecoder {
  readonly #codec: Codec;
  readonly #fatal: boolean;
  readonly #ignoreBOM: boolean;

  constructor(label: unknown = 'utf-8', options: unknown = undefined) {
    const name = toDOMString(label);
    const { fatal, ignoreBOM } = toDictionary(options, 'TextDecoderOptions');
    this.#fatal = Boolean(fatal);
    this.#ignoreBOM = Boolean(ignoreBOM);
    this.#codec = makeCodec(name, this.#fatal, this.#ignoreBOM);
  }

  get encoding(): string {
    return this.#codec.encoding;
  }

  get fatal(): boolean {
    return this.#fatal;
  }

  get ignoreBOM(): boolean {
    return this.#ignoreBOM;
  }

  decode(input: unknown = undefined, options: unknown = undefined): string {
    const { decode } = this.#codec;
    if (input !== undefined && !isBufferSource(input)) {
      throw new NativeTypeError('The input is neither a buffer nor a view');
    }
    const stream = Boolean(toDictionary(options, 'TextDecodeOptions')['stream']);
    return decode(input === undefined ? new SafeUint8Array(0) : bytesOf(input), stream);
  }
}
defineInterface(TextDecoder, 'TextDecoder');
