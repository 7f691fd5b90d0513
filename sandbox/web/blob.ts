/**
 * `Blob` and `File`. All bytes are in memory.
 *
 * @see https://w3c.github.io/FileAPI/
 */
import { brands } from './brands.ts';
import { CLAMPED_LONG_LONG, LONG_LONG, toInteger } from './integer.ts';
import { parts } from './parts.ts';
import {
  ArrayPush,
  RegExpExec,
  SafeUint8Array,
  StringToLowerCase,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  TypedArraySet,
} from './primordials.ts';
import { epoch } from './clock.ts';
import type { ReadableStream } from './streams.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';
import {
  copyBytes,
  defineInterface,
  isBufferSource,
  isObject,
  requireArguments,
  toDOMString,
  toDictionary,
  toEnum,
  toSequence,
  toUSVString,
} from './webidl.ts';

let read: (blob: Blob) => Uint8Array;
let isBlob: (value: object) => boolean;

/** Made of bytes that nobody else holds, past every conversion of the constructor. */
class Bytes {
  readonly bytes: Uint8Array;
  readonly type: string;
  constructor(bytes: Uint8Array, type: string) {
    this.bytes = bytes;
    this.type = type;
  }
}

type Endings = 'transparent' | 'native';
const ENDINGS: readonly Endings[] = ['transparent', 'native'];

/** How many bytes a chunk of `stream()` has at most. */
const CHUNK = 65_536;

function toPart(value: unknown): Uint8Array | string {
  if (isBufferSource(value)) return copyBytes(value);
  if (brands.isBlob(value)) return read(value);
  return toUSVString(value);
}

function partBytes(part: Uint8Array | string, endings: Endings): Uint8Array {
  if (typeof part !== 'string') return part;
  return encodeUtf8(endings === 'native' ? part.replace(/\r\n?/g, '\n') : part);
}

/** Puts byte sequences together. */
export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (let index = 0; index < pieces.length; index++)
    length += TypedArrayByteLength(pieces[index]!);
  const whole = new SafeUint8Array(length);
  let at = 0;
  for (let index = 0; index < pieces.length; index++) {
    TypedArraySet(whole, pieces[index]!, at);
    at += TypedArrayByteLength(pieces[index]!);
  }
  return whole;
}

/** A type is kept when it is printable ASCII, in lower case. */
function normalizeType(type: string): string {
  return RegExpExec(/[^\x20-\x7e]/, type) === null ? StringToLowerCase(type) : '';
}

interface Options {
  readonly endings: Endings;
  readonly type: string;
}

function readOptions({ endings, type }: { readonly [member: string]: unknown }): Options {
  return {
    endings: endings === undefined ? 'transparent' : toEnum(endings, ENDINGS, 'EndingType'),
    type: type === undefined ? '' : normalizeType(toDOMString(type)),
  };
}

function readParts(blobParts: unknown): (Uint8Array | string)[] {
  return toSequence(blobParts, toPart, 'The parts of a Blob');
}

function build(given: readonly (Uint8Array | string)[], { endings, type }: Options): Bytes {
  const pieces: Uint8Array[] = [];
  for (let index = 0; index < given.length; index++) {
    ArrayPush(pieces, partBytes(given[index]!, endings));
  }
  return new Bytes(concatenate(pieces), type);
}

/** The arguments of `new Blob`, in the order in which they are converted. */
function readBlob(blobParts: unknown, options: unknown): Bytes {
  const given = blobParts === undefined ? [] : readParts(blobParts);
  return build(given, readOptions(toDictionary(options, 'BlobPropertyBag')));
}

/** A position of `slice`: negative ones count from the end. */
function position(value: unknown, size: number, missing: number): number {
  if (value === undefined) return missing;
  const at = toInteger(value, CLAMPED_LONG_LONG);
  if (at < 0) return size + at > 0 ? size + at : 0;
  return at < size ? at : size;
}

function sub(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const length = end > start ? end - start : 0;
  return new SafeUint8Array(TypedArrayBuffer(bytes), TypedArrayByteOffset(bytes) + start, length);
}

export class Blob {
  readonly #bytes: Uint8Array;
  readonly #type: string;
  static {
    read = (blob) => blob.#bytes;
    isBlob = (value) => #bytes in value;
  }

  constructor(blobParts: unknown = undefined, options: unknown = undefined) {
    const { bytes, type } = blobParts instanceof Bytes ? blobParts : readBlob(blobParts, options);
    this.#bytes = bytes;
    this.#type = type;
  }

  get size(): number {
    return TypedArrayByteLength(this.#bytes);
  }

  get type(): string {
    return this.#type;
  }

  slice(start: unknown = undefined, end: unknown = undefined, type: unknown = undefined): Blob {
    const bytes = this.#bytes;
    const size = TypedArrayByteLength(bytes);
    const from = position(start, size, 0);
    const to = position(end, size, size);
    const kind = type === undefined ? '' : normalizeType(toDOMString(type));
    return new Blob(new Bytes(sub(bytes, from, to), kind));
  }

  stream(): ReadableStream<Uint8Array> {
    return streamOf(this.#bytes);
  }

  async text(): Promise<string> {
    return decodeUtf8(this.#bytes);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return copyBytes(this.#bytes).buffer;
  }

  async bytes(): Promise<Uint8Array> {
    return copyBytes(this.#bytes);
  }
}
defineInterface(Blob, 'Blob');

/** A byte stream over bytes that nobody changes; the reader gets copies. */
export function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  const size = TypedArrayByteLength(bytes);
  return parts.streams().byteStream((controller) => {
    if (at < size) {
      const end = at + CHUNK < size ? at + CHUNK : size;
      controller.enqueue(new SafeUint8Array(sub(bytes, at, end)));
      at = end;
    }
    if (at < size) return;
    controller.close();
    controller.byobRequest?.respond(0);
  });
}

/** What `new File` was given, converted. */
class FileParts {
  readonly bytes: Bytes;
  readonly name: string;
  readonly lastModified: number;
  constructor(bytes: Bytes, name: string, lastModified: number) {
    this.bytes = bytes;
    this.name = name;
    this.lastModified = lastModified;
  }
}

function readFile(fileBits: unknown, fileName: unknown, options: unknown): FileParts {
  const given = readParts(fileBits);
  const name = toUSVString(fileName);
  const bag = toDictionary(options, 'FilePropertyBag');
  const blobOptions = readOptions(bag);
  const { lastModified } = bag;
  const at = lastModified === undefined ? epoch() : toInteger(lastModified, LONG_LONG);
  return new FileParts(build(given, blobOptions), name, at);
}

let isFileObject: (value: object) => boolean;

export class File extends Blob {
  readonly #name: string;
  readonly #lastModified: number;
  static {
    isFileObject = (value) => #name in value;
  }

  constructor(fileBits: unknown, fileName: unknown, options: unknown = undefined) {
    requireArguments(arguments.length, fileBits instanceof FileParts ? 1 : 2, 'File constructor');
    const file = fileBits instanceof FileParts ? fileBits : readFile(fileBits, fileName, options);
    super(file.bytes);
    this.#name = file.name;
    this.#lastModified = file.lastModified;
  }

  get name(): string {
    return this.#name;
  }

  get lastModified(): number {
    return this.#lastModified;
  }
}
defineInterface(File, 'File');

/** The bytes of a blob, which nobody may change. */
export function blobBytes(blob: Blob): Uint8Array {
  return read(blob);
}

/** Makes a blob of bytes that nobody else holds. The type is taken as it is. */
export function blobOf(bytes: Uint8Array, type: string): Blob {
  return new Blob(new Bytes(bytes, type));
}

/** Makes a file of bytes that nobody else holds. */
export function fileOf(bytes: Uint8Array, name: string, type: string, at: number = epoch()): File {
  return new File(new FileParts(new Bytes(bytes, type), name, at), undefined);
}

brands.isBlob = (value): value is Blob => isObject(value) && isBlob(value);

/** True for every file, whatever guest code did to its prototype. */
export function isFile(value: unknown): value is File {
  return isObject(value) && isFileObject(value);
}

/** A copy in the sense of `structuredClone`: another object over the same bytes. */
export function cloneBlob(blob: Blob): Blob {
  if (isFile(blob)) return fileOf(read(blob), blob.name, blob.type, blob.lastModified);
  return blobOf(read(blob), blob.type);
}
