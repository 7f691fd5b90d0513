import {
  constants,
  createBrotliCompress,
  createBrotliDecompress,
  createDeflate,
  createDeflateRaw,
  createGunzip,
  createGzip,
  createInflate,
  createInflateRaw,
} from 'node:zlib';
import type { Transform } from 'node:stream';

import type { Json } from '../../../../sandbox/contract.ts';
import { type Argument, readBytes, requireRecord } from './argument.ts';

/** What one stream may make; beyond it, the stream fails. Unit: bytes. */
const MAX_OUTPUT = 10_485_760;
/** What one call takes. Unit: bytes. */
const MAX_INPUT = 262_144;
/** An invocation has no more streams at a time. */
const MAX_STREAMS = 32;

/** Bytes after the end of what is compressed are an error, as the standard has it. */
const STRICT = { rejectGarbageAfterEnd: true } as const;

const MAKERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['compress gzip', () => createGzip()],
  ['compress deflate', () => createDeflate()],
  ['compress deflate-raw', () => createDeflateRaw()],
  [
    'compress brotli',
    () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  ],
  ['decompress gzip', () => createGunzip(STRICT)],
  ['decompress deflate', () => createInflate(STRICT)],
  ['decompress deflate-raw', () => createInflateRaw(STRICT)],
  ['decompress brotli', () => createBrotliDecompress(STRICT)],
]);

/** One stream: bytes in, and what they make so far out. */
class Codec {
  readonly #transform: Transform;
  #output: Buffer[] = [];
  #made = 0;
  #failure: Error | undefined;
  #settle: (() => void) | undefined;

  constructor(transform: Transform) {
    this.#transform = transform;
    transform.on('data', (chunk: Buffer) => this.#take(chunk));
    transform.on('error', (error) => this.#fail(error));
  }

  /** Takes bytes, and answers what could be made until they were all taken. */
  write(bytes: Buffer): Promise<Buffer> {
    return this.#step((done) => this.#transform.write(bytes, done));
  }

  /** Ends the stream, and answers the rest. */
  end(): Promise<Buffer> {
    return this.#step((done) => {
      this.#transform.once('end', done);
      this.#transform.end();
    });
  }

  destroy(): void {
    this.#transform.destroy();
  }

  #take(chunk: Buffer): void {
    this.#made += chunk.length;
    if (this.#made <= MAX_OUTPUT) this.#output.push(chunk);
    else this.#fail(new RangeError(`the stream makes more than ${MAX_OUTPUT} bytes`));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#output = [];
    this.#transform.destroy();
    this.#settle?.();
  }

  async #step(begin: (done: () => void) => void): Promise<Buffer> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#settle = resolve;
    if (!this.#failure) {
      begin(resolve);
      await promise;
    }
    if (this.#failure) throw this.#failure;
    const output = Buffer.concat(this.#output);
    this.#output = [];
    return output;
  }
}

/** The streams of one invocation that compress and decompress. */
export class Codecs {
  readonly #codecs = new Map<number, Codec>();

  /** An operation by its name after `compression.`. It rejects when the input is malformed or a limit is over. */
  operation(method: string): ((argument: Json) => Promise<Json>) | undefined {
    if (method === 'close') return async (argument) => this.#close(requireRecord(argument)['id']);
    if (method !== 'write' && method !== 'end') return undefined;
    return async (argument) => this.#run(method, requireRecord(argument));
  }

  async #run(method: 'write' | 'end', { id, direction, format, data }: Argument): Promise<string> {
    if (typeof id !== 'number') throw new TypeError('the id is not a number');
    const codec = this.#codecs.get(id) ?? this.#open(id, `${String(direction)} ${String(format)}`);
    try {
      const made = method === 'end' ? codec.end() : codec.write(readBytes(data, MAX_INPUT));
      const output = await made;
      if (method === 'end') this.#close(id);
      return output.toString('base64');
    } catch (error) {
      this.#close(id);
      throw error;
    }
  }

  #open(id: number, kind: string): Codec {
    const make = MAKERS.get(kind);
    if (!make) throw new TypeError('the format is not supported');
    if (this.#codecs.size >= MAX_STREAMS) throw new RangeError('too many streams at a time');
    const codec = new Codec(make());
    this.#codecs.set(id, codec);
    return codec;
  }

  #close(id: unknown): null {
    if (typeof id !== 'number') return null;
    this.#codecs.get(id)?.destroy();
    this.#codecs.delete(id);
    return null;
  }
}
