/** UTF-8, as the Encoding Standard's "UTF-8 encode" and "UTF-8 decode" do it: no errors, U+FFFD instead. */
import { utf8fromStringLoose, utf8toStringLoose } from '@exodus/bytes/utf8.js';

export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return utf8fromStringLoose(text);
}

/** Decodes and leaves a byte order mark where it is. */
export function decodeUtf8WithBom(bytes: Uint8Array): string {
  return utf8toStringLoose(bytes);
}

/** Decodes and drops a byte order mark at the start. */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = utf8toStringLoose(bytes);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
