import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  visit,
  type Document,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml';
import type { Path } from './path.ts';
import type { Range, YamlSource } from './yaml-source.ts';

function rangeOf(node: Node | null | undefined): Range {
  const [start, end] = node?.range ?? [0, 0];
  return { start, end };
}

/** Where a path ends in the tree: the node, and the pair that holds it when it is the value of a key. */
interface Place {
  readonly pair: Pair | undefined;
  readonly node: Node | undefined;
}

/** The place of a path, or of the last part of it that exists; `whole` tells which. */
function findPlace(document: Document, path: Path): Place & { readonly whole: boolean } {
  let place: Place = { pair: undefined, node: document.contents ?? undefined };
  for (const step of path) {
    const next = enter(place.node, step);
    if (next === undefined) return { ...place, whole: false };
    place = next;
  }
  return { ...place, whole: true };
}

function enter(node: Node | undefined, step: string | number): Place | undefined {
  if (isSeq(node) && typeof step === 'number') return placeOf(node.items[step]);
  if (!isMap(node)) return undefined;
  return placeOf(node.items.findLast((pair) => isScalar(pair.key) && pair.key.value === step));
}

function placeOf(item: unknown): Place | undefined {
  if (isPair(item)) return { pair: item, node: isNode(item.value) ? item.value : undefined };
  return isNode(item) ? { pair: undefined, node: item } : undefined;
}

function isNode(value: unknown): value is Node {
  return isMap(value) || isSeq(value) || isScalar(value) || isAlias(value);
}

/** The range that a fault at a path points at: see `Finding.at`. */
export function rangeAt(
  source: YamlSource,
  path: Path,
  at: 'value' | 'key' | 'entry' = 'value',
): Range {
  const place = findPlace(source.document, path);
  const value = rangeOf(place.node);
  const shows = value.start < value.end && !isCollection(place.node);
  if (at === 'value' && shows) return value;
  return keyRange(place) ?? firstKeyRange(place.node) ?? value;
}

/** The whole of a value, however many lines it has; empty when there is none. */
export function valueRange(source: YamlSource, path: Path): Range {
  const place = findPlace(source.document, path);
  return place.whole ? rangeOf(place.node) : { start: 0, end: 0 };
}

function isCollection(node: Node | undefined): boolean {
  return isMap(node) || isSeq(node);
}

function keyRange(place: Place): Range | undefined {
  return isNode(place.pair?.key) ? rangeOf(place.pair.key) : undefined;
}

function firstKeyRange(node: Node | undefined): Range | undefined {
  const first = isMap(node) ? node.items[0]?.key : undefined;
  return isNode(first) ? rangeOf(first) : undefined;
}

/** The scalar at a path, to learn how it was written. */
export function scalarAt(source: YamlSource, path: Path): Scalar | undefined {
  const place = findPlace(source.document, path);
  return place.whole && isScalar(place.node) ? place.node : undefined;
}

/** Ranges of everything below some keys: the value, or the items of a list of values. */
export function valuesBelow(
  source: YamlSource,
  isMeant: (key: string) => boolean,
): readonly Range[] {
  const found: Range[] = [];
  visit(source.document, {
    Pair: (_key, pair) => {
      if (!isScalar(pair.key) || !isMeant(String(pair.key.value))) return;
      const items: readonly unknown[] = isSeq(pair.value) ? pair.value.items : [pair.value];
      found.push(...items.filter(isNode).map(rangeOf));
    },
  });
  return found;
}

/** Ranges of all scalars, keys included. */
export function allScalars(source: YamlSource): readonly Range[] {
  const found: Range[] = [];
  visit(source.document, { Scalar: (_key, scalar) => void found.push(rangeOf(scalar)) });
  return found;
}
