/** The own properties of objects, and what their classes are called. No getter is called. */
import type { Context } from './inspect-context.ts';
import { MAX_ENTRIES, more } from './inspect-context.ts';
import { showKey } from './inspect-text.ts';
import {
  ArrayPush,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectOwnKeys,
} from './primordials.ts';

/** The properties of longer lists, beside their items, are not looked for. */
const MAX_LIST = 10_000;
/** More holes in a row are not counted one by one. */
const MAX_HOLES = 10_000;

/** A data property, wherever on the chain, without a getter being called. */
function dataProperty(value: object, key: PropertyKey): unknown {
  for (let holder: object | null = value; holder !== null; holder = ReflectGetPrototypeOf(holder)) {
    const descriptor = ReflectGetOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}

/** The name of the class that made the object; null for an object without one. */
export function constructorName(value: object): string | null {
  for (let holder: object | null = value; holder !== null; holder = ReflectGetPrototypeOf(holder)) {
    const maker: unknown = ReflectGetOwnPropertyDescriptor(holder, 'constructor')?.value;
    if (typeof maker !== 'function') continue;
    const name: unknown = ReflectGetOwnPropertyDescriptor(maker, 'name')?.value;
    if (typeof name === 'string' && name !== '') return name;
  }
  return null;
}

export function prefix(value: object, fallback: string, size?: number): string {
  const name = constructorName(value);
  const tag = dataProperty(value, Symbol.toStringTag);
  const shown = name ?? `[${fallback}: null prototype]`;
  const counted = size === undefined ? shown : `${shown}(${size})`;
  const differs = typeof tag === 'string' && tag !== '' && tag !== name;
  return differs ? `${counted} [${tag}] ` : `${counted} `;
}

function showProperty(value: object, key: PropertyKey, context: Context): string {
  const descriptor = ReflectGetOwnPropertyDescriptor(value, key);
  if (descriptor === undefined) return `${showKey(key)}: undefined`;
  if (descriptor.get) return `${showKey(key)}: [Getter${descriptor.set ? '/Setter' : ''}]`;
  if (descriptor.set) return `${showKey(key)}: [Setter]`;
  return `${showKey(key)}: ${context.show(descriptor.value)}`;
}

function isIndex(key: PropertyKey): boolean {
  return typeof key === 'string' && /^(?:0|[1-9]\d{0,9})$/.test(key);
}

/** The own enumerable keys that are shown, indexes of lists excepted. */
function shownKeys(value: object, list: boolean): PropertyKey[] {
  const keys: PropertyKey[] = [];
  if (list && (value as unknown[]).length > MAX_LIST) return keys; // only listing the indexes would fill the memory
  const own = ReflectOwnKeys(value);
  for (let index = 0; index < own.length; index++) {
    const key = own[index]!;
    if (list && isIndex(key)) continue;
    if (ReflectGetOwnPropertyDescriptor(value, key)?.enumerable) ArrayPush(keys, key);
  }
  return keys;
}

export function showProperties(value: object, context: Context, list = false): string[] {
  const keys = shownKeys(value, list);
  const shown: string[] = [];
  for (let index = 0; index < keys.length; index++) {
    if (index >= MAX_ENTRIES || context.budget <= 0) {
      ArrayPush(shown, `... ${keys.length - index} more properties`);
      break;
    }
    ArrayPush(shown, showProperty(value, keys[index]!, context));
  }
  return shown;
}

/** The items of an array; holes are counted. */
export function showItems(value: readonly unknown[], length: number, context: Context): string[] {
  const shown: string[] = [];
  let index = 0;
  while (index < length && shown.length < MAX_ENTRIES && context.budget > 0) {
    const start = index;
    while (index < length && ReflectGetOwnPropertyDescriptor(value, index) === undefined) {
      if (++index - start > MAX_HOLES) index = length;
    }
    const holes = index - start;
    if (holes > 0) {
      ArrayPush(shown, `<${holes} empty item${holes === 1 ? '' : 's'}>`);
      continue;
    }
    const item = ReflectGetOwnPropertyDescriptor(value, index++)!;
    ArrayPush(shown, 'value' in item ? context.show(item.value) : '[Getter]');
  }
  if (index < length) ArrayPush(shown, more(length - index));
  return shown;
}
