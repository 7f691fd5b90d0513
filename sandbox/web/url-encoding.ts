/** Stands in for the library's codecs: URLs of this platform are UTF-8 alone. */
import { hooks } from './url-hooks.ts';

const HEX = '0123456789ABCDEF';

/**
 * @param set The characters below U+007F that are encoded beside the controls.
 * @see https://url.spec.whatwg.org/#string-percent-encode-after-encoding
 */
export function percentEncodeAfterEncoding(_encoding: string, text: string, set: string): string {
  const bytes = hooks.encodeUtf8(text);
  let encoded = '';
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!;
    const character = String.fromCharCode(byte);
    encoded +=
      byte <= 0x1f || byte > 0x7e || set.includes(character)
        ? `%${HEX[byte >> 4]}${HEX[byte & 15]}`
        : character;
  }
  return encoded;
}

export const utf8Encode = (text: string): Uint8Array => hooks.encodeUtf8(text);
export const utf8DecodeWithoutBOM = (bytes: Uint8Array): string => hooks.decodeUtf8(bytes);
