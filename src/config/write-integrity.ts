import { isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';

/**
 * Sets `integrity` of one entry of `extensions` in the text of `entrada.yaml`. Not a character of the rest changes: the place
 * is found in the document's tree, and the text is changed there.
 *
 * @param index Which entry.
 * @throws {TypeError} When there is no such entry: the file was read before.
 */
export function writeIntegrity(text: string, index: number, integrity: string): string {
  const entry = entryAt(text, index);
  const known = pairOf(entry, 'integrity');
  const changed = known
    ? replaceValue(text, known, integrity)
    : insertAfter(text, entry, required(entry, 'source'), integrity);
  if (entryAt(changed, index).get('integrity') !== integrity) {
    throw new TypeError('integrity cannot be written there: write it by hand');
  }
  return changed;
}

type Entry = YAMLMap;

function entryAt(text: string, index: number): Entry {
  const extensions = parseDocument(text).get('extensions');
  const entry: unknown = isSeq(extensions) ? extensions.items[index] : undefined;
  if (!isMap(entry)) throw new TypeError(`extensions[${index}] is no map`);
  return entry;
}

function pairOf({ items }: Entry, name: string): Pair | undefined {
  return items.find(({ key }) => isScalar(key) && key.value === name);
}

function required(entry: Entry, name: string): Pair {
  const pair = pairOf(entry, name);
  if (!pair) throw new TypeError(`the entry has no ${name}`);
  return pair;
}

/** Where a scalar stands in the text: from, and up to without what follows it. */
function rangeOf(node: unknown): readonly [start: number, end: number] {
  if (isScalar(node) && node.range) return [node.range[0], node.range[1]];
  throw new TypeError('a value that is no text');
}

function replaceValue(text: string, { key, value }: Pair, to: string): string {
  if (isScalar(value) && value.range && value.range[1] > value.range[0]) {
    const [start, end] = rangeOf(value);
    return text.slice(0, start) + quotedLike(value, to) + text.slice(end);
  }
  const [, end] = rangeOf(key); // `integrity:` with nothing behind it
  const colon = text.indexOf(':', end) + 1;
  return `${text.slice(0, colon)} ${to}${text.slice(colon)}`;
}

function insertAfter(text: string, entry: Entry, { key, value }: Pair, integrity: string): string {
  const [start] = rangeOf(key);
  const [, end] = rangeOf(value);
  const name = isScalar(key) ? quotedLike(key, 'integrity') : 'integrity';
  const written = `${name}: ${isScalar(value) ? quotedLike(value, integrity) : integrity}`;
  if (entry.flow === true) return `${text.slice(0, end)}, ${written}${text.slice(end)}`;
  const lineEnd = text.indexOf('\n', end);
  const at = lineEnd === -1 ? text.length : lineEnd;
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  return `${text.slice(0, at)}\n${' '.repeat(column)}${written}${text.slice(at)}`;
}

/** JSON is YAML, and stays JSON. */
function quotedLike({ type }: Scalar, text: string): string {
  return type === 'QUOTE_DOUBLE' ? JSON.stringify(text) : text;
}
