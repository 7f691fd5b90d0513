import { styleText } from 'node:util';

import type { DiffLine, FileChange, VersionChanges } from '../../extensions/versions/changes.ts';
import { print } from '../say.ts';

/** Prints what changed, as an operator reads it: what is asked for, what is imported, and then the code. */
export function tellChanges({ requests, packages, files, altered }: VersionChanges): void {
  tellList('Asks for', requests.added, requests.removed);
  tellList('Packages', packages.added, packages.removed);
  if (altered.length > 0) {
    heading('Packages that are others under the same version');
    for (const file of altered) print(styled('red', `! ${file}`));
  }
  if (files.length === 0) print('\nNo line of the extension changed.');
  for (const file of files) tellFile(file);
}

function tellList(title: string, added: readonly string[], removed: readonly string[]): void {
  if (added.length + removed.length === 0) return print(`\n${title}: as before`);
  heading(title);
  for (const one of added) print(styled('green', `+ ${one}`));
  for (const one of removed) print(styled('red', `- ${one}`));
}

function tellFile({ file, change, lines }: FileChange): void {
  heading(`${file} (${change})`);
  for (const line of lines) print(LINES[line.kind](line));
}

const LINES: { readonly [kind in DiffLine['kind']]: (line: DiffLine) => string } = {
  added: ({ text }) => styled('green', `+ ${text}`),
  removed: ({ text }) => styled('red', `- ${text}`),
  same: ({ text }) => `  ${text}`,
  gap: () => styled('gray', '  ⋮'),
};

function heading(text: string): void {
  print(`\n${styled('bold', text)}`);
}

function styled(format: 'bold' | 'gray' | 'green' | 'red', text: string): string {
  return styleText(format, text, { stream: process.stdout });
}
