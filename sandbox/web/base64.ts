/**
 * `atob` and `btoa`.
 *
 * @see https://infra.spec.whatwg.org/#forgiving-base64
 */
import { bytesFromLatin1, latin1FromBytes } from './latin1.ts';
import { makeDOMException } from './parts.ts';
import { Uint8ArrayFromBase64, Uint8ArrayToBase64 } from './primordials.ts';
import { toDOMString } from './webidl.ts';

/** Decodes as `atob` does; null when the text is not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8ArrayFromBase64(text);
  } catch {
    return null;
  }
}

export function atob(data: unknown): string {
  const bytes = decodeBase64(toDOMString(data));
  if (bytes !== null) return latin1FromBytes(bytes);
  throw makeDOMException('The string is not correctly encoded', 'InvalidCharacterError');
}

export function btoa(data: unknown): string {
  const bytes = bytesFromLatin1(toDOMString(data));
  if (bytes !== null) return Uint8ArrayToBase64(bytes);
  throw makeDOMException('A character is outside of Latin1', 'InvalidCharacterError');
}
