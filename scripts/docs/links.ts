import { existsSync } from 'node:fs';
import path from 'node:path';

import { type Page, proseOf, ROOT } from './pages.ts';

/** `[text](target)`, and what an image shows. */
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** A path of the project in code: it begins with one of its folders and has no placeholder. */
const PATH = /`((?:src|sandbox|extensions|test|scripts|bench|docs|deploy|\.ci)\/[\w./-]+)`/g;

/** Links and paths that lead nowhere. */
export function linkFaults(pages: readonly Page[]): readonly string[] {
  const anchors = new Map(pages.map((page) => [page.file, anchorsOf(page)]));
  return pages.flatMap((page) => [
    ...found(page, LINK).flatMap((target) => linkFault(page, target, anchors) ?? []),
    ...found(page, PATH)
      .filter((target) => !existsSync(path.join(ROOT, target)))
      .map((target) => `${page.file}: there is no ${target}`),
  ]);
}

function found(page: Page, pattern: RegExp): readonly string[] {
  return [...proseOf(page).matchAll(pattern)].map(([, target = '']) => target);
}

function linkFault(
  { file }: Page,
  link: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [target = '', anchor] = link.split('#');
  const leadsTo = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
  if (!existsSync(path.join(ROOT, leadsTo))) return `${file}: the link to ${link} leads nowhere`;
  if (anchor === undefined || anchors.get(leadsTo)?.has(anchor)) return undefined;
  return `${file}: ${leadsTo} has no heading #${anchor}`;
}

/** The anchors that a page has by its headings, as GitHub makes them. */
function anchorsOf(page: Page): ReadonlySet<string> {
  return new Set(
    [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
