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
  SafeUint8Array,
} from './primordials.ts';
import type { ReadableStream } from './streams.ts';
import type { Interface } from './webidl.ts';
import { copyBytes, isBufferSource, toUSVString } from './webidl.ts';

export interface Body {
  /** All bytes, which nobody may change; null when only the stream has them. */
  readonly bytes: Uint8Array | null;
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

export function bodyOf(bytes: Uint8Array): Body {
  return { bytes, stream: null, used: false };
}

function textBody(text: string, type: string): Extracted {
  return { body: bodyOf(parts.utf8().encodeUtf8(text)), type };
}

/** @see https://fetch.spec.whatwg.org/#concept-bodyinit-extract */
export function extractBody(value: unknown): Extracted {
  if (brands.isReadableStream(value)) {
    const { isDisturbed, isLocked } = parts.streams();
    if (isDisturbed(value) || isLocked(value)) {
      throw new NativeTypeError('The stream is locked or was read from');
    }
    return { body: { bytes: null, stream: value as never, used: false }, type: null };
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

/** The stream of a body; made when it is first asked for. */
export function streamOf(body: Body): ReadableStream<Uint8Array> {
  if (body.stream === null) {
    body.stream = parts.blob().streamOf(body.bytes!);
    if (body.used) void parts.streams().readAll(body.stream, () => {});
  }
  return body.stream;
}

/** True when the body was read from. */
export function isUsed(body: Body | null): boolean {
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
  if (body.stream === null) return bodyOf(body.bytes!);
  const [kept, given] = parts.streams().teeStream(body.stream as never);
  body.stream = kept as never;
  return { bytes: null, stream: given as never, used: false };
}

async function readStream(stream: ReadableStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  await parts.streams().readAll(stream as never, (chunk) => ArrayPush(chunks, chunk));
  return parts.blob().concatenate(chunks);
}

/** Takes all bytes of a body. Nobody may change them. */
export async function consume(body: Body | null): Promise<Uint8Array> {
  if (body === null) return new SafeUint8Array(0);
  if (isUnusable(body)) throw new NativeTypeError('The body is locked or was read already');
  if (body.stream !== null) return readStream(body.stream);
  body.used = true;
  return body.bytes!;
}

async function readForm(bytes: Uint8Array, contentType: string | null): Promise<object> {
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

/** Gives an interface `body`, `bodyUsed` and the methods that read the body. */
export function defineBody<T extends object>(
  constructor: Interface & { readonly prototype: T },
  holderOf: (self: T) => BodyHolder,
): void {
  const mixin = {
    get body(): ReadableStream<Uint8Array> | null {
      const { body } = holderOf(this as never);
      return body === null ? null : streamOf(body);
    },
    get bodyUsed(): boolean {
      return isUsed(holderOf(this as never).body);
    },
    async arrayBuffer(): Promise<ArrayBuffer> {
      const bytes = await consume(holderOf(this as never).body);
      return copyBytes(bytes).buffer;
    },
    async blob(): Promise<object> {
      const holder = holderOf(this as never);
      const bytes = await consume(holder.body);
      const { extractMimeType, serializeMimeType } = parts.mime();
      const type = extractMimeType(holder.contentType());
      return parts.blob().blobOf(bytes, type === null ? '' : serializeMimeType(type));
    },
    async bytes(): Promise<Uint8Array> {
      return copyBytes(await consume(holderOf(this as never).body));
    },
    async formData(): Promise<object> {
      const holder = holderOf(this as never);
      return readForm(await consume(holder.body), holder.contentType());
    },
    async json(): Promise<unknown> {
      return JSONParse(parts.utf8().decodeUtf8(await consume(holderOf(this as never).body)));
    },
    async text(): Promise<string> {
      return parts.utf8().decodeUtf8(await consume(holderOf(this as never).body));
    },
  };
  for (const key of ReflectOwnKeys(mixin)) {
    ReflectDefineProperty(constructor.prototype, key, ReflectGetOwnPropertyDescriptor(mixin, key)!);
  }
}
