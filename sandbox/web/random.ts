/** Random bytes of the runner, fetched in blocks. */
import {
  SafeUint8Array,
  TypedArrayBuffer,
  TypedArrayByteLength,
  TypedArraySet,
  Uint8ArrayFromBase64,
} from './primordials.ts';
import { host } from './services.ts';

/** How many bytes one call fetches at least; a UUID takes 16. Unit: bytes. */
const BLOCK = 1024;

let block: Uint8Array = new SafeUint8Array(0);
let used = 0;

function fetchBytes(count: number): Uint8Array<ArrayBuffer> {
  return Uint8ArrayFromBase64(host.callSync('random', count) as string);
}

/** Bytes that nobody else got. */
export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  if (count > BLOCK) return fetchBytes(count);
  if (used + count > TypedArrayByteLength(block)) {
    block = fetchBytes(BLOCK);
    used = 0;
  }
  const bytes = new SafeUint8Array(count);
  TypedArraySet(bytes, new SafeUint8Array(TypedArrayBuffer(block), used, count));
  used += count;
  return bytes;
}
