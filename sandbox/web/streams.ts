/** Streams: a well-kept implementation of the standard, and what the rest of the platform needs of it. */
import {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} from 'web-streams-polyfill';
import { brands } from './brands.ts';
import { ReflectApply, TypedArrayTag } from './primordials.ts';
import { isObject, restoreNames } from './webidl.ts';

export {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableStream,
  ReadableByteStreamController,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
};

restoreNames({
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableByteStreamController,
  ReadableStream,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
});

/** The slots that the library keeps on its objects. */
interface Slots {
  readonly ['_state']?: unknown;
  readonly ['_disturbed']?: boolean;
  readonly ['_reader']?: unknown;
}

const { read } = ReadableStreamDefaultReader.prototype;
const { tee } = ReadableStream.prototype;

/** A stream of bytes that also serves readers which bring their own buffers. */
export function byteStream(
  pull: (controller: ReadableByteStreamController) => void | Promise<void>,
  cancel: (reason: unknown) => void = () => {},
): ReadableStream<Uint8Array> {
  const source = { type: 'bytes', pull, cancel } as const;
  return new ReadableStream(source, { highWaterMark: 0 }) as never;
}

export function isDisturbed(stream: object): boolean {
  return (stream as Slots)['_disturbed'] === true;
}

export function isLocked(stream: object): boolean {
  return (stream as Slots)['_reader'] !== undefined;
}

/** Splits a stream in two, as `tee` does. */
export function teeStream(stream: ReadableStream): [ReadableStream, ReadableStream] {
  return ReflectApply(tee, stream, []) as never;
}

/** Reads a stream of bytes to its end. */
export async function readAll(
  stream: ReadableStream,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = new ReadableStreamDefaultReader(stream);
  for (;;) {
    const step: { done: boolean; value: unknown } = await ReflectApply(read, reader, []);
    if (step.done) return;
    if (TypedArrayTag(step.value) !== 'Uint8Array') {
      throw new TypeError('The stream gave something else than a Uint8Array');
    }
    take(step.value as Uint8Array);
  }
}

brands.isReadableStream = (value): value is ReadableStream =>
  isObject(value) && value instanceof ReadableStream && (value as Slots)['_state'] !== undefined;
