/**
 * `TextEncoder` and `TextDecoder`.
 *
 * @see https://encoding.spec.whatwg.org/
 */
import { TextDecoder as Decoder, TextEncoder as Encoder } from '@exodus/bytes/encoding-lite.js';
import { NativeTypeError, SafeUint8Array, TypedArrayTag } from './primordials.ts';
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
    return encoder.encodeInto(text, bytesOf(destination as Uint8Array));
  }
}
defineInterface(TextEncoder, 'TextEncoder');

export class TextDecoder {
  readonly #decoder: InstanceType<typeof Decoder>;

  constructor(label: unknown = 'utf-8', options: unknown = undefined) {
    const name = toDOMString(label);
    const { fatal, ignoreBOM } = toDictionary(options, 'TextDecoderOptions');
    this.#decoder = new Decoder(name, { fatal: Boolean(fatal), ignoreBOM: Boolean(ignoreBOM) });
  }

  get encoding(): string {
    return this.#decoder.encoding;
  }

  get fatal(): boolean {
    return this.#decoder.fatal;
  }

  get ignoreBOM(): boolean {
    return this.#decoder.ignoreBOM;
  }

  decode(input: unknown = undefined, options: unknown = undefined): string {
    const decoder = this.#decoder;
    if (input !== undefined && !isBufferSource(input)) {
      throw new NativeTypeError('The input is neither a buffer nor a view');
    }
    const stream = Boolean(toDictionary(options, 'TextDecodeOptions')['stream']);
    const bytes = input === undefined ? new SafeUint8Array(0) : bytesOf(input);
    return decoder.decode(bytes, { stream });
  }
}
defineInterface(TextDecoder, 'TextDecoder');
