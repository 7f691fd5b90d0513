/** What a structured clone has to know of array views. */
import {
  ArrayBufferByteLength,
  DataViewByteLength,
  TypedArrayByteLength,
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
    const other = size < maxByteLength(buffer) ? size + 8 : size - 8;
    if (other < 0 || other > maxByteLength(buffer)) return false;
    const before = viewLength(view);
    const copy = bytesBefore(buffer);
    resize(buffer, other);
    const after = viewLength(view);
    resize(buffer, size);
    restore(buffer, copy);
    return before !== after;
  };
}

function bytesBefore(buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(new Uint8Array(buffer));
}

function restore(buffer: ArrayBuffer, bytes: Uint8Array): void {
  new Uint8Array(buffer).set(bytes);
}

/** False for a view whose buffer was detached, or shrank below it. */
export function isInBounds(view: ArrayBufferView, typed: boolean): boolean {
  return typed
    ? accepts(typedArrayKeys as (self: ArrayBufferView) => unknown, view)
    : accepts(DataViewByteLength, view);
}

export function viewLength(view: ArrayBufferView): number {
  return TypedArrayTag(view) === undefined ? DataViewByteLength(view) : TypedArrayByteLength(view);
}

export const followsLength: (view: ArrayBufferView, buffer: ArrayBuffer) => boolean =
  makeFollowsLength();
