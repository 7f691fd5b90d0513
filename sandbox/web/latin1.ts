/** Strings whose code units are bytes ("binary strings", "isomorphic" in the Infra Standard). */
import {
  ReflectApply,
  SafeUint8Array,
  StringCharCodeAt,
  StringFromCharCode,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
} from './primordials.ts';

/** How many code units one call may be given as arguments. */
const CHUNK = 8192;

export function latin1FromBytes(bytes: Uint8Array): string {
  const length = TypedArrayByteLength(bytes);
  const buffer = TypedArrayBuffer(bytes);
  const start = TypedArrayByteOffset(bytes);
  let text = '';
  for (let at = 0; at < length; at += CHUNK) {
    const size = length - at < CHUNK ? length - at : CHUNK;
    const chunk = new SafeUint8Array(buffer, start + at, size);
    text += ReflectApply(StringFromCharCode, undefined, chunk);
  }
  return text;
}

/** The bytes of a binary string, or null when a code unit is greater than 255. */
export function bytesFromLatin1(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new SafeUint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = StringCharCodeAt(text, index);
    if (unit > 255) return null;
    bytes[index] = unit;
  }
  return bytes;
}
