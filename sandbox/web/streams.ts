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
import { makeDOMException, parts } from './parts.ts';
import {
  NativeTypeError,
  ObjectSetPrototypeOf,
  PromiseThen,
  ReflectApply,
  ReflectGetPrototypeOf,
  TypedArrayTag,
} from './primordials.ts';
import { isObject, adoptInterfaces } from './webidl.ts';

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

adoptInterfaces({
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
  readonly _state: unknown;
  readonly _storedError: unknown;
  readonly _reader: unknown;
  readonly _readableStreamController: { [step: symbol]: (request: ReadRequest) => void };
  _disturbed: boolean;
}

/** How the library's controllers are told of somebody who reads, without a promise in between. */
interface ReadRequest {
  _chunkSteps(chunk: unknown): void;
  _closeSteps(): void;
  _errorSteps(error: unknown): void;
}

const { tee } = ReadableStream.prototype;
const pullSteps = Object.getOwnPropertySymbols(ReadableStreamDefaultController.prototype).find(
  ({ description }) => description === '[[PullSteps]]',
)!;

// The library's asynchronous iterators inherit from Object.prototype, where the standard has them inherit this.
const iteratorPrototype = ReflectGetPrototypeOf(new ReadableStream().values())!;
ObjectSetPrototypeOf(
  iteratorPrototype,
  ReflectGetPrototypeOf(ReflectGetPrototypeOf(async function* () {}.prototype as object)!),
);

/** A stream of bytes that also serves readers which bring their own buffers. */
export function byteStream(
  serve: (controller: ReadableByteStreamController) => void,
): ReadableStream<Uint8Array> {
  const source = { type: 'bytes', pull: serve } as const;
  return new ReadableStream(source, { highWaterMark: 0 }) as never;
}

export function isDisturbed(stream: object): boolean {
  return (stream as Slots)._disturbed;
}

export function isLocked(stream: object): boolean {
  return (stream as Slots)._reader !== undefined;
}

/** Splits a stream in two, as `tee` does; the second one gets copies of the chunks. */
export function teeStream(stream: ReadableStream): [ReadableStream, ReadableStream] {
  const [first, second]: [ReadableStream, ReadableStream] = ReflectApply(tee, stream, []) as never;
  const controller: unknown = (stream as unknown as Slots)._readableStreamController;
  if (controller instanceof ReadableByteStreamController) return [first, second];
  const copying = new TransformStream({
    transform(chunk, output) {
      output.enqueue(parts.structuredClone().structuredClone(chunk));
    },
  });
  return [first, second.pipeThrough(copying)];
}

/** What becomes of a stream that is read. */
export interface Reading {
  readonly take: (chunk: Uint8Array) => void;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** Asks for the next chunk as `read` does, whatever guest code did to `read` or to `then`. */
function pull(stream: Slots, request: ReadRequest): void {
  stream._disturbed = true;
  if (stream._state === 'closed') request._closeSteps();
  else if (stream._state === 'errored') request._errorSteps(stream._storedError);
  else stream._readableStreamController[pullSteps]!(request);
}

/** Reads a stream of bytes to its end. The stream is locked for good. */
export function readAll(stream: ReadableStream, { take, done, fail }: Reading): void {
  void new ReadableStreamDefaultReader(stream);
  let pulling = false;
  let more = false;
  /** A loop, since chunks that are there already arrive while `pull` is called. */
  const next = (): void => {
    more = true;
    if (pulling) return;
    pulling = true;
    while (more) {
      more = false;
      pull(stream as never, request);
    }
    pulling = false;
  };
  const request: ReadRequest = {
    _chunkSteps(chunk) {
      if (TypedArrayTag(chunk) !== 'Uint8Array') {
        fail(new NativeTypeError('The stream gave something else than a Uint8Array'));
        return;
      }
      take(chunk as Uint8Array);
      next();
    },
    _closeSteps: done,
    _errorSteps: fail,
  };
  next();
}

function refuseLocked(stream: { readonly locked: boolean }): void {
  if (!stream.locked) return;
  throw makeDOMException('A locked stream cannot be transferred', 'DataCloneError');
}

/** A stream of a stream: the one that is given stays locked for good. */
function receiveReadable(stream: ReadableStream): ReadableStream {
  return stream.pipeThrough(new TransformStream());
}

function receiveWritable(stream: WritableStream): WritableStream {
  const pipe = new TransformStream();
  void PromiseThen(pipe.readable.pipeTo(stream), undefined, () => {});
  return pipe.writable;
}

brands.isReadableStream = (value): value is ReadableStream =>
  isObject(value) &&
  value instanceof ReadableStream &&
  (value as unknown as Slots)._state !== undefined;

brands.transferOf = ((next) => (value: object) => {
  if (brands.isReadableStream(value)) {
    refuseLocked(value);
    return { detach() {}, receive: () => receiveReadable(value) };
  }
  if (value instanceof WritableStream) {
    refuseLocked(value);
    return { detach() {}, receive: () => receiveWritable(value) };
  }
  return next(value);
})(brands.transferOf);
