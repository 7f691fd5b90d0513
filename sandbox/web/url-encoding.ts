/** Stands in for the library's codecs: URLs of this platform are UTF-8 alone. */
import { encodeUtf8 } from './utf8.ts';

const HEX = '0123456789ABCDEF';

/**
 * @param set The characters below U+007F that are encoded beside the controls.
 * @see https://url.spec.whatwg.org/#string-percent-encode-after-encoding
 */
export function percentEncodeAfterEncoding(_encoding: string, text: string, set: string): string {
  const bytes = encodeUtf8(text);
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

export { decodeUtf8WithBom as utf8DecodeWithoutBOM, encodeUtf8 as utf8Encode } from './utf8.ts';
