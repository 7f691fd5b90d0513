import { diff } from 'node:util';

import { z } from 'zod';

import type { BundledPackage } from '../bundled.ts';
import { type Manifest, parseManifest } from '../manifest.ts';
import { requestLines } from './requests.ts';
import { visible } from './visible.ts';

/** A version, as far as it is compared. */
export interface Comparable {
  /** Text of `extension.yaml`. */
  readonly manifest: string;
  readonly code: string;
  readonly map: string;
  readonly packages: readonly BundledPackage[];
}

/** A line of a difference. `same` lines are around those that changed. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'same' | 'gap';
  readonly text: string;
}

/** What changed in one file. */
export interface FileChange {
  readonly file: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly lines: readonly DiffLine[];
}

/** What changed from one version to the next. Every text is made visible: nothing in it moves a cursor or hides. */
export interface VersionChanges {
  readonly requests: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Packages from npm, as `name version (licence)`. */
  readonly packages: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** The author's own files, the manifest first. */
  readonly files: readonly FileChange[];
  /** Files of packages that are others although their version is the same: nobody should do that. */
  readonly altered: readonly string[];
}

const NOTHING: Comparable = { manifest: '', code: '', map: '', packages: [] };

/** Says what changed. Without a version before, everything is added. */
export function changesOf(
  before: Comparable = NOTHING,
  after: Comparable = NOTHING,
): VersionChanges {
  const [old, now] = [filesOf(before), filesOf(after)];
  return {
    requests: listChange(asked(before), asked(after)),
    packages: listChange(before.packages.map(named), after.packages.map(named)),
    files: fileChanges(own(old), own(now)),
    altered: altered(before, after, old, now),
  };
}

const asked = ({ manifest }: Comparable): readonly string[] => {
  const parsed: Manifest | null = manifest === '' ? null : parseManifest(manifest);
  return parsed ? requestLines(parsed).map(visible) : [];
};

const named = ({ name, version, license }: BundledPackage): string =>
  visible(`${name} ${version} (${license ?? 'no licence named'})`);

function listChange(
  before: readonly string[],
  after: readonly string[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  return {
    added: after.filter((one) => !before.includes(one)),
    removed: before.filter((one) => !after.includes(one)),
  };
}

type Files = ReadonlyMap<string, string>;

const MAP = z.object({
  sources: z.array(z.string()),
  sourcesContent: z.array(z.string().nullable()),
});

/** Every source of a bundle, by its path, with the manifest. */
function filesOf({ manifest, map }: Comparable): Files {
  const files = new Map<string, string>(manifest === '' ? [] : [['extension.yaml', manifest]]);
  if (map === '') return files;
  const { sources, sourcesContent } = MAP.parse(JSON.parse(map));
  for (const [index, source] of sources.entries()) {
    // What the build itself adds has no file.
    if (!source.includes('\0'))
      files.set(source.replace(/^(?:\.\.\/)+/, ''), sourcesContent[index] ?? '');
  }
  return files;
}

const isPackage = (file: string): boolean => file.includes('node_modules/');

const own = (files: Files): Files => new Map([...files].filter(([file]) => !isPackage(file)));

function fileChanges(before: Files, after: Files): readonly FileChange[] {
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return names.flatMap((file) => {
    const [old, now] = [before.get(file), after.get(file)];
    if (old === now) return [];
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    return [{ file: visible(file), change, lines: diffLines(old ?? '', now ?? '') } as const];
  });
}

/** Lines around a change that are shown. */
const CONTEXT = 3;

/** The lines that changed, with some around them; a gap stands for what lies between. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const all = diff(linesOf(before), linesOf(after)).map(([operation, text]) => ({
    kind: KINDS[operation],
    text: visible(text),
  }));
  const near = all.map((_, index) =>
    all
      .slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
      .some(({ kind }) => kind !== 'same'),
  );
  return all.flatMap((line, index): readonly DiffLine[] => {
    if (near[index]) return [line];
    const first = index === 0 || near[index - 1] === true;
    return first ? [{ kind: 'gap', text: '' }] : [];
  });
}

/** As `util.diff` tells them: from the second to the first. */
const KINDS = { [-1]: 'added', 0: 'same', 1: 'removed' } as const;

const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n');

function altered(
  { packages: before }: Comparable,
  { packages: after }: Comparable,
  old: Files,
  now: Files,
): readonly string[] {
  const kept = new Set(listCommon(before.map(named), after.map(named)).map(nameOnly));
  return [...now]
    .filter(([file, text]) => {
      const past = old.get(file);
      return isPackage(file) && past !== undefined && past !== text && kept.has(packageOf(file));
    })
    .map(([file]) => visible(file));
}

const listCommon = (one: readonly string[], other: readonly string[]): readonly string[] =>
  one.filter((item) => other.includes(item));

const nameOnly = (text: string): string => text.slice(0, text.indexOf(' '));

/** Name of the package that a file is of: the innermost folder counts. */
function packageOf(file: string): string {
  const inside = file.slice(file.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const [first = '', second = ''] = inside.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
