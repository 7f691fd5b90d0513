/** What a structured clone has to know of array views. */
import {
  ArrayBufferByteLength,
  DataViewByteLength,
  DataViewByteOffset,
  TypedArrayByteLength,
  TypedArrayByteOffset,
  TypedArrayTag,
  getterOf,
  uncurry,
} from './primordials.ts';

const typedArrayKeys = uncurry(Uint8Array.prototype.keys);

export function accepts<T>(method: (self: T) => unknown, value: object): value is T & object {
  try {
    method(value as T);
    return true;
  } catch {
    return false;
  }
}

/** No element of a view is larger. Unit: bytes. */
const LARGEST_ELEMENT = 8;

/** Tells whether a view follows the length of its buffer; it takes a moment's resizing to find out. */
function makeFollowsLength(): (view: ArrayBufferView, buffer: ArrayBuffer) => boolean {
  const resizable: (self: ArrayBuffer) => boolean = getterOf(ArrayBuffer.prototype, 'resizable');
  const maxByteLength: (self: ArrayBuffer) => number = getterOf(
    ArrayBuffer.prototype,
    'maxByteLength',
  );
  const resize = uncurry(ArrayBuffer.prototype.resize);
  return (view, buffer) => {
    if (!resizable(buffer)) return false;
    const size = ArrayBufferByteLength(buffer);
    const holdsBytes = viewLength(view) > 0;
    const grown = size + LARGEST_ELEMENT;
    const most = maxByteLength(buffer);
    const other = holdsBytes ? viewOffset(view) : grown < most ? grown : most;
    const copy = bytesBefore(buffer);
    resize(buffer, other);
    // Where nothing is left from its beginning on, one that follows is empty, and one of a fixed length is out of bounds.
    const follows = holdsBytes ? isInBounds(view) : viewLength(view) > 0;
    resize(buffer, size);
    restore(buffer, copy);
    return follows;
  };
}

function bytesBefore(buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(new Uint8Array(buffer));
}

function restore(buffer: ArrayBuffer, bytes: Uint8Array): void {
  new Uint8Array(buffer).set(bytes);
}

/** False for a view whose buffer was detached, or shrank below it. */
export function isInBounds(view: ArrayBufferView): boolean {
  return isTyped(view)
    ? accepts(typedArrayKeys as (self: ArrayBufferView) => unknown, view)
    : accepts(DataViewByteLength, view);
}

function isTyped(view: ArrayBufferView): boolean {
  return TypedArrayTag(view) !== undefined;
}

export function viewLength(view: ArrayBufferView): number {
  return isTyped(view) ? TypedArrayByteLength(view) : DataViewByteLength(view);
}

export function viewOffset(view: ArrayBufferView): number {
  return isTyped(view) ? TypedArrayByteOffset(view) : DataViewByteOffset(view);
}

export const followsLength: (view: ArrayBufferView, buffer: ArrayBuffer) => boolean =
  makeFollowsLength();
