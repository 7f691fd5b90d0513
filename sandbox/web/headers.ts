/**
 * `Headers`.
 *
 * @see https://fetch.spec.whatwg.org/#headers-class
 */
import { brands } from './brands.ts';
import { definePairIterable } from './pair-iterator.ts';
import {
  ArrayPush,
  ArraySlice,
  ArraySort,
  NativeTypeError,
  RegExpExec,
  StringCharCodeAt,
  StringSlice,
  StringToLowerCase,
} from './primordials.ts';
import {
  defineInterface,
  isObject,
  iteratorMethodOf,
  requireArguments,
  toByteString,
  toRecord,
  toSequence,
} from './webidl.ts';

/** A header as it was given; names are compared without case. */
export interface Header {
  readonly name: string;
  readonly lower: string;
  value: string;
}

/** Who may change the headers. */
export type Guard = 'none' | 'request' | 'response' | 'immutable';

interface HeaderList {
  readonly entries: Header[];
  guard: Guard;
  /** The sorted and combined list, until the next change. */
  combined: [string, string][] | null;
}

let listOf: (headers: Headers) => HeaderList;
let hasList: (value: object) => boolean;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_IN_VALUE = /[\0\n\r]/;

/** True for a name as HTTP allows it. */
export function isToken(text: string): boolean {
  return RegExpExec(TOKEN, text) !== null;
}

function isHttpSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d;
}

/** Strips leading and trailing HTTP whitespace. */
export function normalizeValue(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isHttpSpace(StringCharCodeAt(value, start))) start++;
  while (end > start && isHttpSpace(StringCharCodeAt(value, end - 1))) end--;
  return StringSlice(value, start, end);
}

function checkName(name: string): string {
  if (!isToken(name)) throw new NativeTypeError(`"${name}" is not a header name`);
  return StringToLowerCase(name);
}

function checkValue(value: string): void {
  if (RegExpExec(FORBIDDEN_IN_VALUE, value) === null) return;
  throw new NativeTypeError('A header value has a line break or NUL in it');
}

function checkWritable(list: HeaderList): void {
  if (list.guard === 'immutable') throw new NativeTypeError('These headers are immutable');
}

function append(list: HeaderList, name: string, value: string): void {
  const normalized = normalizeValue(value);
  const lower = checkName(name);
  checkValue(normalized);
  checkWritable(list);
  ArrayPush(list.entries, { name, lower, value: normalized });
  list.combined = null;
}

function remove(list: HeaderList, lower: string): void {
  let kept = 0;
  for (let index = 0; index < list.entries.length; index++) {
    const entry = list.entries[index]!;
    if (entry.lower !== lower) list.entries[kept++] = entry;
  }
  list.entries.length = kept;
  list.combined = null;
}

/** The values of one name, joined as `get` joins them; null when there is none. */
function combine(list: HeaderList, lower: string): string | null {
  let value: string | null = null;
  for (let index = 0; index < list.entries.length; index++) {
    const entry = list.entries[index]!;
    if (entry.lower === lower) value = value === null ? entry.value : `${value}, ${entry.value}`;
  }
  return value;
}

function set(list: HeaderList, name: string, value: string): void {
  const normalized = normalizeValue(value);
  const lower = checkName(name);
  checkValue(normalized);
  checkWritable(list);
  for (let index = 0; index < list.entries.length; index++) {
    if (list.entries[index]!.lower !== lower) continue;
    list.entries[index]!.value = normalized;
    removeAfter(list, lower, index);
    return;
  }
  ArrayPush(list.entries, { name, lower, value: normalized });
  list.combined = null;
}

function removeAfter(list: HeaderList, lower: string, first: number): void {
  let kept = first + 1;
  for (let index = first + 1; index < list.entries.length; index++) {
    const entry = list.entries[index]!;
    if (entry.lower !== lower) list.entries[kept++] = entry;
  }
  list.entries.length = kept;
  list.combined = null;
}

/** @see https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine */
function sortAndCombine(list: HeaderList): [string, string][] {
  if (list.combined !== null) return list.combined;
  const sorted = ArraySort(ArraySlice(list.entries), (a, b) =>
    a.lower < b.lower ? -1 : a.lower > b.lower ? 1 : 0,
  );
  const combined: [string, string][] = [];
  for (let index = 0; index < sorted.length; index++) {
    const { lower, value } = sorted[index]!;
    const last = combined[combined.length - 1];
    if (last !== undefined && last[0] === lower && lower !== 'set-cookie') {
      last[1] = `${last[1]}, ${value}`;
    } else {
      ArrayPush(combined, [lower, value]);
    }
  }
  list.combined = combined;
  return combined;
}

function toPair(value: unknown): [string, string] {
  const pair = toSequence(value, toByteString, 'A header');
  if (pair.length !== 2) throw new NativeTypeError('A header is a pair of name and value');
  return pair as [string, string];
}

/** Reads a `HeadersInit` into pairs. */
function readInit(init: unknown): [string, string][] {
  if (!isObject(init)) throw new NativeTypeError('The headers are neither pairs nor an object');
  const method = iteratorMethodOf(init);
  if (method !== undefined) return toSequence(init, toPair, 'The headers', method);
  return toRecord(init, toByteString, toByteString);
}

export class Headers {
  readonly #list: HeaderList = { entries: [], guard: 'none', combined: null };
  static {
    listOf = (headers) => headers.#list;
    hasList = (value) => #list in value;
  }

  constructor(init: unknown = undefined) {
    if (init !== undefined) fill(this, init);
  }

  append(name: unknown, value: unknown): void {
    const list = this.#list;
    requireArguments(arguments.length, 2, 'Headers.append');
    append(list, toByteString(name), toByteString(value));
  }

  delete(name: unknown): void {
    const list = this.#list;
    requireArguments(arguments.length, 1, 'Headers.delete');
    const lower = checkName(toByteString(name));
    checkWritable(list);
    remove(list, lower);
  }

  get(name: unknown): string | null {
    const list = this.#list;
    requireArguments(arguments.length, 1, 'Headers.get');
    return combine(list, checkName(toByteString(name)));
  }

  getSetCookie(): string[] {
    const { entries } = this.#list;
    const cookies: string[] = [];
    for (let index = 0; index < entries.length; index++) {
      if (entries[index]!.lower === 'set-cookie') ArrayPush(cookies, entries[index]!.value);
    }
    return cookies;
  }

  has(name: unknown): boolean {
    const list = this.#list;
    requireArguments(arguments.length, 1, 'Headers.has');
    return combine(list, checkName(toByteString(name))) !== null;
  }

  set(name: unknown, value: unknown): void {
    const list = this.#list;
    requireArguments(arguments.length, 2, 'Headers.set');
    set(list, toByteString(name), toByteString(value));
  }
}
defineInterface(Headers, 'Headers');
definePairIterable({
  constructor: Headers,
  name: 'Headers',
  pairsOf: (headers: Headers) => sortAndCombine(listOf(headers)),
});

/** Adds what a `HeadersInit` holds. */
export function fill(headers: Headers, init: unknown): void {
  const pairs = readInit(init);
  for (let index = 0; index < pairs.length; index++) {
    append(listOf(headers), pairs[index]![0], pairs[index]![1]);
  }
}

/** The headers in the order in which they were given, with their names as they were written. */
export function entriesOf(headers: Headers): readonly Header[] {
  return listOf(headers).entries;
}

/** Makes headers of pairs that come from the platform or the host; the values of the host are not checked again. */
export function headersOf(
  pairs: readonly (readonly [string, string])[],
  guard: Guard = 'none',
): Headers {
  const headers = new Headers();
  const list = listOf(headers);
  for (let index = 0; index < pairs.length; index++) {
    const [name, value] = pairs[index]!;
    ArrayPush(list.entries, { name, lower: StringToLowerCase(name), value });
  }
  list.guard = guard;
  return headers;
}

/** Makes a copy with a guard of its own. */
export function copyHeaders(headers: Headers, guard: Guard): Headers {
  const copy = new Headers();
  const { entries } = listOf(headers);
  const list = listOf(copy);
  for (let index = 0; index < entries.length; index++) {
    const { name, lower, value } = entries[index]!;
    ArrayPush(list.entries, { name, lower, value });
  }
  list.guard = guard;
  return copy;
}

/** Sets the guard. */
export function setGuard(headers: Headers, kind: Guard): void {
  listOf(headers).guard = kind;
}

/** The combined value of a header whose name is given in lower case. */
export function valueOf(headers: Headers, lower: string): string | null {
  return combine(listOf(headers), lower);
}

/** Adds a header of the platform's own. */
export function appendTo(headers: Headers, name: string, value: string): void {
  append(listOf(headers), name, value);
}

brands.isHeaders = (value): value is Headers => isObject(value) && hasList(value);
