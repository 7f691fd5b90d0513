/**
 * The three functions of the Reflect metadata proposal that `@peculiar/x509` needs for its dependency injection and does
 * not bring along. Import this file before that package. A polyfill that is loaded already is left in place.
 *
 * @see https://rbuckton.github.io/reflect-metadata/
 */
const metadata = new WeakMap<object, Map<unknown, unknown>>();

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const entries = metadata.get(target) ?? new Map<unknown, unknown>();
  metadata.set(target, entries.set(key, value));
}

const getOwnMetadata = (key: unknown, target: object): unknown => metadata.get(target)?.get(key);

function getMetadata(key: unknown, target: object): unknown {
  const own = getOwnMetadata(key, target);
  const parent: unknown = Object.getPrototypeOf(target);
  return own !== undefined || !isObject(parent) ? own : getMetadata(key, parent);
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { defineMetadata, getOwnMetadata, getMetadata });
}
