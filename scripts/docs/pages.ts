import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT: string = path.resolve(import.meta.dirname, '../..');

/** A page of the documentation. */
export interface Page {
  /** Path below the project's folder. */
  readonly file: string;
  readonly text: string;
}

/** A block of code in a page. */
export interface Fence {
  readonly page: Page;
  /** Line of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  /** What stands behind the language: a file, in a guide that is followed. */
  readonly about: string;
  readonly code: string;
}

const FOLDERS = ['docs', 'extensions', 'templates', 'deploy', '.'];

/** Every page of the project. */
export function readPages(): readonly Page[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: folder !== '.', encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
      .map((file) => path.posix.join(folder, file)),
  );
  return files.map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
}

/** The blocks of code of a page. */
export function fencesOf(page: Page): readonly Fence[] {
  return [...page.text.matchAll(/^```(\w*) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map(
    ({ 1: language = '', 2: about = '', 3: code = '', index }) => ({
      page,
      line: page.text.slice(0, index).split('\n').length + 1,
      language,
      about,
      code,
    }),
  );
}

/** A page without its blocks of code, line by line as it was. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, (block) => block.replaceAll(/[^\n]/g, ''));
}
