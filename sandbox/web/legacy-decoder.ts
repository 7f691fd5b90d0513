/** Text in the multi-byte encodings of old: the runner decodes it, since the tables of them would double the platform. */
import {
  NativeTypeError,
  SafeUint8Array,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  Uint8ArrayToBase64,
} from './primordials.ts';
import { host } from './services.ts';

const MULTI_BYTE: { readonly [encoding: string]: true } = {
  __proto__: null,
  big5: true,
  'euc-jp': true,
  'euc-kr': true,
  gb18030: true,
  gbk: true,
  'iso-2022-jp': true,
  shift_jis: true,
} as never;

/** How many bytes one call of the runner takes. */
const CHUNK = 131_072;

let lastId = 0;

export function isMultiByte(encoding: string): boolean {
  return MULTI_BYTE[encoding] === true;
}

/** Makes the function that decodes a text, all at once or piece by piece. */
export function legacyDecoder(
  encoding: string,
  fatal: boolean,
): (bytes: Uint8Array, stream: boolean) => string {
  const id = ++lastId;
  const decodePiece = (bytes: Uint8Array, stream: boolean): string => {
    const argument = { id, encoding, fatal, stream, bytes: Uint8ArrayToBase64(bytes) };
    const text = host.callSync('text.decode', { __proto__: null, ...argument });
    if (typeof text !== 'string')
      throw new NativeTypeError('The bytes are not a text of this encoding');
    return text;
  };
  return (bytes, stream) => {
    const length = TypedArrayByteLength(bytes);
    let text = '';
    let at = 0;
    for (; length - at > CHUNK; at += CHUNK) text += decodePiece(piece(bytes, at, CHUNK), true);
    return text + decodePiece(piece(bytes, at, length - at), stream);
  };
}

function piece(bytes: Uint8Array, at: number, length: number): Uint8Array {
  return new SafeUint8Array(TypedArrayBuffer(bytes), TypedArrayByteOffset(bytes) + at, length);
}
