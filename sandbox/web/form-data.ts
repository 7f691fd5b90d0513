/**
 * `FormData`.
 *
 * @see https://xhr.spec.whatwg.org/#interface-formdata
 */
import type { Blob, File } from './blob.ts';
import { brands } from './brands.ts';
import { definePairIterable } from './pair-iterator.ts';
import { parts } from './parts.ts';
import { ArrayPush, NativeTypeError } from './primordials.ts';
import { defineInterface, isObject, requireArguments, toUSVString } from './webidl.ts';

export type FormValue = string | File;
export type FormEntry = [name: string, value: FormValue];

let read: (form: FormData) => FormEntry[];
let isForm: (value: object) => boolean;

/** Brings a blob into an entry: it becomes a file, and takes the name that is given. */
function toFile(blob: Blob, filename: string | undefined): File {
  const { blobBytes, fileOf, isFile } = parts.blob();
  if (isFile(blob) && filename === undefined) return blob;
  const at = isFile(blob) ? blob.lastModified : undefined;
  return fileOf(blobBytes(blob), filename ?? 'blob', blob.type, at);
}

/** The arguments of `append` and `set`: a string, or a blob with an optional file name. */
function toEntry(given: IArguments, operation: string): FormEntry {
  requireArguments(given.length, 2, operation);
  const name = toUSVString(given[0]);
  const value: unknown = given[1];
  if (brands.isBlob(value)) {
    return [name, toFile(value, given[2] === undefined ? undefined : toUSVString(given[2]))];
  }
  if (given.length > 2) throw new NativeTypeError(`${operation}: the value is not a Blob`);
  return [name, toUSVString(value)];
}

function remove(entries: FormEntry[], name: string, from: number): void {
  let kept = from;
  for (let index = from; index < entries.length; index++) {
    if (entries[index]![0] !== name) entries[kept++] = entries[index]!;
  }
  entries.length = kept;
}

function indexOf(entries: readonly FormEntry[], name: string): number {
  for (let index = 0; index < entries.length; index++) {
    if (entries[index]![0] === name) return index;
  }
  return -1;
}

export class FormData {
  readonly #entries: FormEntry[] = [];
  static {
    read = (form) => form.#entries;
    isForm = (value) => #entries in value;
  }

  constructor(form: unknown = undefined) {
    if (form !== undefined) throw new NativeTypeError('There are no form elements here');
  }

  append(_name: unknown, _value: unknown, _filename: unknown = undefined): void {
    const entries = this.#entries;
    ArrayPush(entries, toEntry(arguments, 'FormData.append'));
  }

  delete(name: unknown): void {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, 'FormData.delete');
    remove(entries, toUSVString(name), 0);
  }

  get(name: unknown): FormValue | null {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, 'FormData.get');
    const index = indexOf(entries, toUSVString(name));
    return index < 0 ? null : entries[index]![1];
  }

  getAll(name: unknown): FormValue[] {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, 'FormData.getAll');
    const wanted = toUSVString(name);
    const values: FormValue[] = [];
    for (let index = 0; index < entries.length; index++) {
      if (entries[index]![0] === wanted) ArrayPush(values, entries[index]![1]);
    }
    return values;
  }

  has(name: unknown): boolean {
    const entries = this.#entries;
    requireArguments(arguments.length, 1, 'FormData.has');
    return indexOf(entries, toUSVString(name)) >= 0;
  }

  set(_name: unknown, _value: unknown, _filename: unknown = undefined): void {
    const entries = this.#entries;
    const entry = toEntry(arguments, 'FormData.set');
    const index = indexOf(entries, entry[0]);
    if (index < 0) {
      ArrayPush(entries, entry);
      return;
    }
    entries[index] = entry;
    remove(entries, entry[0], index + 1);
  }
}
defineInterface(FormData, 'FormData');
definePairIterable<FormData, FormValue>({
  constructor: FormData,
  name: 'FormData',
  pairsOf: (form) => read(form),
});

/** The entries, as nobody but the object itself can have changed them. */
export function formEntries(form: FormData): readonly FormEntry[] {
  return read(form);
}

/** Makes a form of entries that a parser read. */
export function formOf(entries: readonly FormEntry[]): FormData {
  const form = new FormData();
  for (let index = 0; index < entries.length; index++) ArrayPush(read(form), entries[index]!);
  return form;
}

brands.isFormData = (value): value is FormData => isObject(value) && isForm(value);
