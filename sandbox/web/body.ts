/**
 * The bodies of `Request` and `Response`. A body whose bytes are known becomes a stream only when somebody asks for
 * `body`.
 *
 * @see https://fetch.spec.whatwg.org/#bodies
 */
import { brands } from './brands.ts';
import { parts } from './parts.ts';
import {
  ArrayPush,
  JSONParse,
  NativeTypeError,
  ReflectDefineProperty,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SafePromise,
  SafeUint8Array,
  StringCharCodeAt,
  StringSlice,
  StringToLowerCase,
} from './primordials.ts';
import type { ReadableStream } from './streams.ts';
import type { Interface } from './webidl.ts';
import { copyBytes, isBufferSource, toUSVString } from './webidl.ts';

/** Bytes, or the text whose UTF-8 they are: a body that came as text and is read as text need not become bytes. */
type Content = Uint8Array | string;

export interface Body {
  /** All bytes, which nobody may change, or the text whose UTF-8 they are; null when only the stream has them. */
  readonly content: Content | null;
  stream: ReadableStream<Uint8Array> | null;
  /** The bytes were handed out without a stream. */
  used: boolean;
}

/** What is extracted from a `BodyInit`. */
export interface Extracted {
  readonly body: Body;
  /** The content type that it implies. */
  readonly type: string | null;
}

/** Where an interface with a body keeps it. */
export interface BodyHolder {
  body: Body | null;
  /** The combined `Content-Type`, for `blob` and `formData`. */
  contentType(): string | null;
}

export function bodyOf(content: Content): Body {
  return { content, stream: null, used: false };
}

function textBody(text: string, type: string): Extracted {
  return { body: bodyOf(text), type };
}

function bytesIn(content: Content): Uint8Array {
  return typeof content === 'string' ? parts.utf8().encodeUtf8(content) : content;
}

const BYTE_ORDER_MARK = 0xfeff;

/** @see https://encoding.spec.whatwg.org/#utf-8-decode */
function textIn(content: Content): string {
  if (typeof content !== 'string') return parts.utf8().decodeUtf8(content);
  const isMarked = StringCharCodeAt(content, 0) === BYTE_ORDER_MARK;
  return isMarked ? StringSlice(content, 1) : content;
}

/** @see https://fetch.spec.whatwg.org/#concept-bodyinit-extract */
export function extractBody(value: unknown): Extracted {
  if (brands.isReadableStream(value)) {
    const { isDisturbed, isLocked } = parts.streams();
    if (isDisturbed(value) || isLocked(value)) {
      throw new NativeTypeError('The stream is locked or was read from');
    }
    return { body: { content: null, stream: value as never, used: false }, type: null };
  }
  if (brands.isBlob(value)) {
    const bytes = parts.blob().blobBytes(value);
    return { body: bodyOf(bytes), type: value.type === '' ? null : value.type };
  }
  if (isBufferSource(value)) return { body: bodyOf(copyBytes(value)), type: null };
  if (brands.isFormData(value)) {
    const { bytes, type } = parts.multipart().encodeForm(value);
    return { body: bodyOf(bytes), type };
  }
  if (brands.isURLSearchParams(value)) {
    const text = parts.url().serializeParams(value);
    return textBody(text, 'application/x-www-form-urlencoded;charset=UTF-8');
  }
  return textBody(toUSVString(value), 'text/plain;charset=UTF-8');
}

const NOBODY = { take() {}, done() {}, fail() {} } as const;

/** The stream of a body; made when it is first asked for. */
function streamOf(body: Body): ReadableStream<Uint8Array> {
  if (body.stream === null) {
    body.stream = parts.blob().streamOf(bytesIn(body.content!));
    if (body.used) parts.streams().readAll(body.stream, NOBODY);
  }
  return body.stream;
}

/** True when the body was read from. */
function isUsed(body: Body | null): boolean {
  if (body === null) return false;
  return body.used || (body.stream !== null && parts.streams().isDisturbed(body.stream));
}

/** True when the body cannot be read any more. */
export function isUnusable(body: Body | null): boolean {
  if (body === null) return false;
  return isUsed(body) || (body.stream !== null && parts.streams().isLocked(body.stream));
}

/** @see https://fetch.spec.whatwg.org/#concept-body-clone */
export function cloneBody(body: Body | null): Body | null {
  if (body === null) return null;
  if (body.stream === null) return bodyOf(body.content!);
  const [kept, given] = parts.streams().teeStream(body.stream as never);
  body.stream = kept as never;
  return { content: null, stream: given as never, used: false };
}

/** Who waits for what is in a body. */
interface Waiting {
  readonly take: (content: Content) => void;
  readonly fail: (error: unknown) => void;
}

function readStream(stream: ReadableStream, { take, fail }: Waiting): void {
  const chunks: Uint8Array[] = [];
  parts.streams().readAll(stream, {
    take: (chunk) => void ArrayPush(chunks, copyBytes(chunk)),
    done: () => take(parts.blob().concatenate(chunks)),
    fail,
  });
}

/** Takes all that is in a body. Nobody may change it. No promise is made of them, which guest code could intercept. */
function consume(body: Body | null, waiting: Waiting): void {
  if (body === null) {
    waiting.take(new SafeUint8Array(0));
  } else if (isUnusable(body)) {
    waiting.fail(new NativeTypeError('The body is locked or was read already'));
  } else if (body.stream !== null) {
    readStream(body.stream, waiting);
  } else {
    body.used = true;
    waiting.take(body.content!);
  }
}

/** A promise of what `convert` makes of the bytes of a body. */
export function withBytes<T>(
  bodyOfCall: () => Body | null,
  convert: (bytes: Uint8Array) => T,
): Promise<T> {
  return withContent(bodyOfCall, (content) => convert(bytesIn(content)));
}

function withContent<T>(
  bodyOfCall: () => Body | null,
  convert: (content: Content) => T,
): Promise<T> {
  return new SafePromise((resolve, reject) => {
    const take = (content: Content): void => {
      try {
        resolve(convert(content));
      } catch (error) {
        reject(error);
      }
    };
    consume(bodyOfCall(), { take, fail: reject });
  });
}

function readForm(bytes: Uint8Array, contentType: string | null): object {
  const { extractMimeType, parameterOf } = parts.mime();
  const type = extractMimeType(contentType);
  if (type?.essence === 'multipart/form-data') {
    const boundary = parameterOf(type, 'boundary');
    const form = boundary === undefined ? null : parts.multipart().parseMultipart(bytes, boundary);
    if (form !== null) return form;
  } else if (type?.essence === 'application/x-www-form-urlencoded') {
    return parts.formData().formOf(parts.url().parseForm(bytes));
  }
  throw new NativeTypeError('The body is not a form');
}

function readBlob(bytes: Uint8Array, contentType: string | null): object {
  const { extractMimeType, serializeMimeType } = parts.mime();
  const type = extractMimeType(contentType);
  const text = type === null ? '' : StringToLowerCase(serializeMimeType(type));
  return parts.blob().blobOf(bytes, text);
}

const NO_HOLDER: BodyHolder = { body: null, contentType: () => null };

/** Gives an interface `body`, `bodyUsed` and the methods that read the body. */
export function defineBody<T extends object>(
  constructor: Interface & { readonly prototype: T },
  holderOf: (self: T) => BodyHolder,
): void {
  const ownBody = (self: object) => (): Body | null => holderOf(self as T).body;
  const holderOrNone = (self: object): BodyHolder => {
    try {
      return holderOf(self as T);
    } catch {
      return NO_HOLDER; // reading its body will reject
    }
  };
  const mixin = {
    get body(): ReadableStream<Uint8Array> | null {
      const { body } = holderOf(this as never);
      return body === null ? null : streamOf(body);
    },
    get bodyUsed(): boolean {
      return isUsed(holderOf(this as never).body);
    },
    arrayBuffer(): Promise<ArrayBuffer> {
      return withBytes(ownBody(this), (bytes) => copyBytes(bytes).buffer);
    },
    blob(): Promise<object> {
      const { contentType } = holderOrNone(this);
      return withBytes(ownBody(this), (bytes) => readBlob(bytes, contentType()));
    },
    bytes(): Promise<Uint8Array> {
      return withBytes(ownBody(this), (bytes) => copyBytes(bytes));
    },
    formData(): Promise<object> {
      const { contentType } = holderOrNone(this);
      return withBytes(ownBody(this), (bytes) => readForm(bytes, contentType()));
    },
    json(): Promise<unknown> {
      return withContent(ownBody(this), (content) => JSONParse(textIn(content)));
    },
    text(): Promise<string> {
      return withContent(ownBody(this), textIn);
    },
  };
  const keys = ReflectOwnKeys(mixin);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!;
    ReflectDefineProperty(constructor.prototype, key, ReflectGetOwnPropertyDescriptor(mixin, key)!);
  }
}
