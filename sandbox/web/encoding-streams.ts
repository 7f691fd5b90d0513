/**
 * `TextEncoderStream` and `TextDecoderStream`.
 *
 * @see https://encoding.spec.whatwg.org/#interface-textdecoderstream
 */
import { TextDecoder } from './encoding.ts';
import { NativeTypeError, StringCharCodeAt, StringSlice } from './primordials.ts';
import { TransformStream } from './streams.ts';
import { encodeUtf8 } from './utf8.ts';
import { defineInterface, isBufferSource, toDOMString } from './webidl.ts';

const { decode } = TextDecoder.prototype;

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Encodes chunks, and keeps a high surrogate until the next chunk brings its partner. */
function chunkEncoder(): { encode(chunk: unknown): Uint8Array | null; flush(): Uint8Array | null } {
  let pending = '';
  return {
    encode(chunk) {
      const text = pending + toDOMString(chunk);
      const split = text !== '' && isHighSurrogate(StringCharCodeAt(text, text.length - 1));
      pending = split ? StringSlice(text, text.length - 1) : '';
      const ready = split ? StringSlice(text, 0, text.length - 1) : text;
      return ready === '' ? null : encodeUtf8(ready);
    },
    flush: () => (pending === '' ? null : encodeUtf8(pending)),
  };
}

export class TextEncoderStream {
  readonly #transform: TransformStream;

  constructor() {
    const encoder = chunkEncoder();
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        const bytes = encoder.encode(chunk);
        if (bytes !== null) controller.enqueue(bytes);
      },
      flush(controller) {
        const bytes = encoder.flush();
        if (bytes !== null) controller.enqueue(bytes);
      },
    });
  }

  get encoding(): string {
    return (void this.#transform, 'utf-8');
  }

  get readable(): unknown {
    return this.#transform.readable;
  }

  get writable(): unknown {
    return this.#transform.writable;
  }
}
defineInterface(TextEncoderStream, 'TextEncoderStream');

export class TextDecoderStream {
  readonly #decoder: TextDecoder;
  readonly #transform: TransformStream;

  constructor(label: unknown = 'utf-8', options: unknown = undefined) {
    const decoder = new TextDecoder(label, options);
    this.#decoder = decoder;
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        if (!isBufferSource(chunk)) throw new NativeTypeError('A chunk is not a buffer source');
        const text = decode.call(decoder, chunk, { stream: true });
        if (text !== '') controller.enqueue(text);
      },
      flush(controller) {
        const text = decode.call(decoder);
        if (text !== '') controller.enqueue(text);
      },
    });
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

  get readable(): unknown {
    return this.#transform.readable;
  }

  get writable(): unknown {
    return this.#transform.writable;
  }
}
defineInterface(TextDecoderStream, 'TextDecoderStream');
