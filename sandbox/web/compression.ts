/**
 * `CompressionStream` and `DecompressionStream`: the runner works, and limits what it makes.
 *
 * @see https://compression.spec.whatwg.org/
 */
import type { Json } from '../contract.ts';
import { describe, madeOf } from './host-errors.ts';
import {
  NativeTypeError,
  SafeUint8Array,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  Uint8ArrayFromBase64,
  Uint8ArrayToBase64,
} from './primordials.ts';
import { host } from './services.ts';
import { TransformStream } from './streams.ts';
import { bytesOf, defineInterface, isBufferSource, requireArguments, toEnum } from './webidl.ts';

const FORMATS = ['deflate', 'deflate-raw', 'gzip', 'brotli'] as const;

/** How many bytes one call of the runner takes. */
const CHUNK = 131_072;

type Direction = 'compress' | 'decompress';
type Controller = { enqueue(chunk: unknown): void };

let lastId = 0;

type Argument = { readonly [name: string]: number | string };

/** The argument as it crosses the bridge: without a prototype. */
function bare(argument: Argument): Json {
  return { __proto__: null, ...argument };
}

/** Has the runner take bytes; what they make is passed on. */
async function ask(
  method: 'end' | 'write',
  argument: Argument,
  controller: Controller,
): Promise<void> {
  try {
    const made = await host.call(`compression.${method}`, bare(argument));
    if (made !== '') controller.enqueue(Uint8ArrayFromBase64(made as string));
  } catch (error) {
    throw madeOf(new NativeTypeError(describe(error).message, { cause: error }), error);
  }
}

function makeTransform(direction: Direction, format: string): TransformStream {
  const codec = { id: ++lastId, direction, format };
  return new TransformStream({
    async transform(chunk, controller) {
      if (!isBufferSource(chunk)) throw new NativeTypeError('A chunk is not a buffer source');
      const bytes = new SafeUint8Array(bytesOf(chunk));
      const length = TypedArrayByteLength(bytes);
      for (let at = 0; at < length; at += CHUNK) {
        const size = length - at < CHUNK ? length - at : CHUNK;
        const piece = new SafeUint8Array(
          TypedArrayBuffer(bytes),
          TypedArrayByteOffset(bytes) + at,
          size,
        );
        await ask('write', { ...codec, data: Uint8ArrayToBase64(piece) }, controller);
      }
    },
    flush: (controller) => ask('end', codec, controller),
    async cancel() {
      await host.call('compression.close', bare(codec));
    },
  });
}

export class CompressionStream {
  readonly #transform: TransformStream;

  constructor(format: unknown) {
    requireArguments(arguments.length, 1, 'CompressionStream constructor');
    this.#transform = makeTransform('compress', toEnum(format, FORMATS, 'CompressionFormat'));
  }

  get readable(): unknown {
    return this.#transform.readable;
  }

  get writable(): unknown {
    return this.#transform.writable;
  }
}
defineInterface(CompressionStream, 'CompressionStream');

export class DecompressionStream {
  readonly #transform: TransformStream;

  constructor(format: unknown) {
    requireArguments(arguments.length, 1, 'DecompressionStream constructor');
    this.#transform = makeTransform('decompress', toEnum(format, FORMATS, 'CompressionFormat'));
  }

  get readable(): unknown {
    return this.#transform.readable;
  }

  get writable(): unknown {
    return this.#transform.writable;
  }
}
defineInterface(DecompressionStream, 'DecompressionStream');
