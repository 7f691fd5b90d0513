import { spawnSync } from 'node:child_process';

import type { Command } from 'commander';

import { createProgram } from '../../src/cli/program.ts';
import { type Fence, fencesOf, type Page } from './pages.ts';

/** Lines of shell that do not parse, and commands and options of `entrada` that there are not. */
export function commandFaults(pages: readonly Page[]): readonly string[] {
  return pages
    .flatMap(fencesOf)
    .filter(({ language }) => language === 'sh' || language === 'console')
    .flatMap(faultsOf);
}

function faultsOf(fence: Fence): readonly string[] {
  const lines = commandsOf(fence);
  const says = lines.flatMap(({ text, line }) => {
    const fault = syntaxFault(text) ?? entradaFault(text);
    return fault === undefined ? [] : [`${fence.page.file}:${line}: ${fault}`];
  });
  return says;
}

/** What is typed: in a `console`, lines behind `$ `; the others are what is printed. */
function commandsOf({
  code,
  language,
  line,
}: Fence): readonly { readonly text: string; readonly line: number }[] {
  return code
    .split('\n')
    .map((text, index) => ({ text, line: line + index }))
    .filter(({ text }) => text.trim() !== '' && (language === 'sh' || text.startsWith('$ ')))
    .map(({ text, line: at }) => ({ text: text.replace(/^\$ /, ''), line: at }));
}

function syntaxFault(text: string): string | undefined {
  const { status, stderr } = spawnSync('bash', ['-n', '-c', text], { encoding: 'utf8' });
  return status === 0 ? undefined : `not a line of shell: ${stderr.trim()}`;
}

/** The first command or option that `entrada` does not have. */
function entradaFault(text: string): string | undefined {
  const words = text
    .replace(/\s#.*$/, '')
    .split(/&&|\||;|>/)
    .map((part) => part.trim().split(/\s+/))
    .find((part) => part[part[0] === 'npx' ? 1 : 0] === 'entrada');
  if (!words) return undefined;
  return unknownIn(createProgram(), words.slice(words.indexOf('entrada') + 1));
}

function unknownIn(command: Command, words: readonly string[]): string | undefined {
  const [word, ...rest] = words;
  if (word === undefined) return undefined;
  if (word.startsWith('-')) return optionFault(command, word) ?? unknownIn(command, rest);
  const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (child) return unknownIn(child, rest);
  if (command.commands.length > 0) return `there is no command ${command.name()} ${word}`;
  return unknownIn(command, rest); // an argument, or the value of an option
}

function optionFault(command: Command, word: string): string | undefined {
  const flag = word.split('=')[0];
  if (flag === '--help' || flag === '-h') return undefined;
  for (let one: Command | null = command; one; one = one.parent)
    if (one.options.some(({ long, short }) => long === flag || short === flag)) return undefined;
  return `${command.name()} has no option ${flag}`;
}
