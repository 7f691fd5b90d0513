/** Objects of the platform: shown by their attributes, or by the pairs that they hold. */
import type { Context } from './inspect-context.ts';
import { BRACES, MAX_ENTRIES, enclose } from './inspect-context.ts';
import { prefix } from './inspect-properties.ts';
import {
  ArrayPush,
  ReflectApply,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectOwnKeys,
  WeakSetHas,
} from './primordials.ts';
import { platformPrototypes } from './webidl.ts';

/** Accessors whose use would change the object. */
const UNTOUCHED: { readonly [name: string]: true } = { __proto__: null, body: true } as never;

/** The attributes of an object of the platform, read with the platform's own getters. */
function showAttributes(value: object, context: Context): string[] {
  const shown: string[] = [];
  for (let holder = ReflectGetPrototypeOf(value); holder; holder = ReflectGetPrototypeOf(holder)) {
    if (!WeakSetHas(platformPrototypes, holder)) continue;
    for (const key of ReflectOwnKeys(holder)) {
      const descriptor = ReflectGetOwnPropertyDescriptor(holder, key)!;
      if (!descriptor.get || typeof key === 'symbol' || UNTOUCHED[key]) continue;
      const attribute: unknown = ReflectApply(descriptor.get, value, []);
      ArrayPush(shown, `${key}: ${context.show(attribute)}`);
    }
  }
  return shown;
}

/** The name and value pairs of `Headers`, `FormData` and `URLSearchParams`. */
function showPairs(value: object, context: Context): string[] | null {
  const { forEach } = value as { forEach?: unknown };
  if (typeof forEach !== 'function') return null;
  const shown: string[] = [];
  ReflectApply(forEach, value, [
    (item: unknown, key: unknown) => {
      if (shown.length < MAX_ENTRIES)
        ArrayPush(shown, `${context.show(key)}: ${context.show(item)}`);
    },
  ]);
  return shown;
}

export function isPlatformObject(value: object): boolean {
  for (let holder = ReflectGetPrototypeOf(value); holder; holder = ReflectGetPrototypeOf(holder)) {
    if (WeakSetHas(platformPrototypes, holder)) return !WeakSetHas(platformPrototypes, value);
  }
  return false;
}

export function showPlatformObject(value: object, context: Context): string {
  const start = prefix(value, 'Object');
  try {
    return enclose(start, BRACES, showPairs(value, context) ?? showAttributes(value, context));
  } catch {
    return `${start}{}`;
  }
}
