import type { Hidden } from './frame.ts';
import type { KeyNames } from './key-names.ts';
import { namedPart, SECRET } from './mask.ts';

/** Words of a line; those that a colon follows, but that of a URL, are keys as far as a line can tell. */
const WORDS = /([^\s:=]+)(\s*[:=](?!\/\/))?/g;

/**
 * What to hide of a text that is not sound, where the tree is no guide: of every line, what stands behind a key that is
 * secret or that nobody knows, for it may be a secret key with a slip in it; and lines without a key that follow one or
 * are no items of a list.
 */
export function unsoundLines(text: string, names: KeyNames): readonly Hidden[] {
  const found: Hidden[] = [];
  let offset = 0;
  let follows = false;
  for (const line of text.split('\n')) {
    const { keys, doubtful } = keysOf(line, names);
    follows = doubtful !== undefined || (keys === 0 && follows);
    if (follows || isStray(line, keys)) found.push(hideFrom(line, offset, doubtful ?? 0));
    const named = namedPart(line, names.secret);
    if (named) found.push({ start: offset + named[0], end: offset + named[1], as: SECRET });
    offset += line.length + 1;
  }
  return found;
}

/** How many keys a line has, and where the first one ends whose value must not be shown. */
function keysOf(
  line: string,
  { all, secret }: KeyNames,
): { readonly keys: number; readonly doubtful: number | undefined } {
  const keys = [...line.matchAll(WORDS)].filter((match) => match[2] !== undefined);
  const doubtful = keys.find(([, word = '']) => {
    const name = word.replace(/^[-?[{"',]+/, '').replace(/["']+$/, '');
    return secret.has(name) || !all.has(name);
  });
  return { keys: keys.length, doubtful: doubtful && doubtful.index + doubtful[0].length };
}

/** Neither a key nor an item of a list: the rest of something. */
function isStray(line: string, keys: number): boolean {
  return keys === 0 && !/^\s*(?:- |$)/.test(line);
}

function hideFrom(line: string, offset: number, start: number): Hidden {
  const space = /^\s*/.exec(line.slice(start))?.[0].length ?? 0;
  return { start: offset + start + space, end: offset + line.length, as: SECRET };
}
