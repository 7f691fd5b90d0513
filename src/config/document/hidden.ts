import type { Hidden } from './frame.ts';
import type { Range, YamlSource } from './yaml-source.ts';
import { allScalars, scalarsBelow } from './yaml-place.ts';

const SECRET = '[secret]';

/** Everything of a text that no fault may show, whatever is wrong on its line. */
export function hiddenRanges(
  source: YamlSource,
  secretKeys: ReadonlySet<string>,
  unknown: readonly Range[],
): readonly Hidden[] {
  const unexplained = unknown.map((range) => ({ ...range, as: '…' }));
  if (secretKeys.size === 0) return unexplained;
  return [
    ...scalarsBelow(source, secretKeys)
      .filter((range) => !REFERENCE.test(source.text.slice(range.start, range.end)))
      .map((range) => withComment(source.text, range)),
    ...glued(source, secretKeys),
    ...(source.value === undefined ? governed(source.text, secretKeys) : []),
    ...unexplained,
  ];
}

/** Says where a secret is, not what it is. */
const REFERENCE = /^["']?\$\{(?:env|file):[^}"']*\}["']?$/;

/** A comment behind a secret is often the secret before it. */
function withComment(text: string, range: Range): Hidden {
  const comment = /^[ \t]+#[^\n]*/.exec(text.slice(range.end, text.indexOf('\n', range.end) >>> 0));
  return { start: range.start, end: range.end + (comment?.[0].length ?? 0), as: SECRET };
}

/** `password:hunter2`: without a space YAML sees one word and no key. */
function glued(source: YamlSource, secretKeys: ReadonlySet<string>): readonly Hidden[] {
  const pattern = new RegExp(`\\b(?:${[...secretKeys].join('|')})[:=](\\S+)`, 'dg');
  return allScalars(source).flatMap(({ start, end }) =>
    [...source.text.slice(start, end).matchAll(pattern)].map(({ indices }) => {
      const [from, to] = indices?.[1] ?? [0, 0];
      return { start: start + from, end: start + to, as: SECRET };
    }),
  );
}

const KEY_LINE = /^(\s*(?:-\s+)?["']?([A-Za-z_][\w-]*)["']?\s*[:=])(?:\s|$)/;

/** In a text that is not sound, the tree is no guide: every line that belongs to a secret key is hidden. */
function governed(text: string, secretKeys: ReadonlySet<string>): readonly Hidden[] {
  const found: Hidden[] = [];
  let offset = 0;
  let governing = '';
  for (const line of text.split('\n')) {
    const key = KEY_LINE.exec(line);
    governing = key?.[2] ?? governing;
    const shown = key?.[1]?.length ?? /^\s*/.exec(line)?.[0].length ?? 0;
    if (secretKeys.has(governing) && line.length > shown) {
      found.push({
        start: offset + shown,
        end: offset + line.length,
        as: key ? ` ${SECRET}` : SECRET,
      });
    }
    offset += line.length + 1;
  }
  return found;
}
