import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';

import { makeFolder } from '../../config/make-folder.ts';
import { shellWord } from '../../config/shell-word.ts';
import { commandName } from '../command-name.ts';
import { EXIT, Exit } from '../exit.ts';
import { packageFolder } from '../package-folder.ts';
import { mark, print, say } from '../say.ts';
import { ANOTHER_FOLDER, orUnwritable } from '../unwritable.ts';
import { scaffoldFiles } from './scaffold.ts';
import { TEMPLATES } from './templates.ts';

/** What the command line says of a new extension. */
export interface NewOptions {
  readonly template?: string;
  readonly name?: string;
}

interface Wanted {
  readonly dir: string;
  readonly template: string;
  readonly name: string;
}

/** Writes a new extension; at a terminal it asks for what it was not told. */
export async function newExtension(dir: string | undefined, options: NewOptions): Promise<void> {
  const wanted = await settle(dir, options);
  const files = filesOf(wanted);
  const there = files
    .map(([file]) => path.join(wanted.dir, file))
    .filter((file) => existsSync(file));
  if (there.length > 0) {
    say(`${mark('error')} ${there.join(', ')}: there already`);
    throw new Exit(EXIT.failed);
  }
  orUnwritable(`the folder ${wanted.dir}`, ANOTHER_FOLDER, () => {
    for (const [file, text] of files) write(path.join(wanted.dir, file), text);
  });
  print(nextSteps(wanted));
}

const NAME = /^[a-z][a-z0-9-]{0,39}$/;

async function settle(dir: string | undefined, { template, name }: NewOptions): Promise<Wanted> {
  const given = dir !== undefined && template !== undefined;
  if (!given && !process.stdin.isTTY) {
    throw usage('without a terminal to ask at, the folder and --template have to be given');
  }
  const asked = given ? { dir: needed(dir), template } : await ask(dir, template);
  const chosen = name ?? path.basename(path.resolve(asked.dir));
  if (!NAME.test(chosen)) {
    throw usage(
      `${chosen} is no name of an extension: small letters, digits and -, at most 40; --name`,
    );
  }
  return { ...asked, name: chosen };
}

function needed(folder: string): string {
  if (folder.trim() === '') throw usage('an extension needs a folder');
  return folder;
}

function usage(what: string): Exit {
  say(`${mark('error')} ${what}`);
  return new Exit(EXIT.usage);
}

async function ask(
  dir: string | undefined,
  template: string | undefined,
): Promise<Pick<Wanted, 'dir' | 'template'>> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const folder = needed(dir ?? (await terminal.question('Folder of the extension: ')));
    return { dir: folder.trim(), template: template ?? (await askTemplate(terminal)) };
  } finally {
    terminal.close();
  }
}

async function askTemplate(terminal: ReturnType<typeof createInterface>): Promise<string> {
  for (const [index, { name, what }] of TEMPLATES.entries()) {
    say(`  ${index + 1}  ${name.padEnd(22)} ${what}`);
  }
  return chooseTemplate(terminal);
}

/** Whoever mistypes is asked again. */
async function chooseTemplate(terminal: ReturnType<typeof createInterface>): Promise<string> {
  const answer = (await terminal.question('What it begins as [1]: ')).trim() || '1';
  const found = TEMPLATES.find(({ name }, index) => answer === name || answer === `${index + 1}`);
  if (found) return found.name;
  say(`${mark('error')} ${answer} is none of them`);
  return chooseTemplate(terminal);
}

type NewFile = readonly [file: string, text: string];

/** Files of the template with the name put in, and those that every extension has. */
function filesOf({ template, name }: Wanted): readonly NewFile[] {
  const folder = path.join(packageFolder(), 'templates', template);
  const own = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): NewFile => {
      const file = path.join(entry.parentPath, entry.name);
      const target = path.relative(folder, file).replaceAll(template, name);
      return [target, readFileSync(file, 'utf8').replaceAll(template, name)];
    });
  return [...own, ...scaffoldFiles(name)];
}

function write(file: string, text: string): void {
  makeFolder(path.dirname(file));
  writeFileSync(file, text, { flag: 'wx' });
  say(`${mark('ok')} ${file}`);
}

function nextSteps({ dir }: Wanted): string {
  const entrada = commandName();
  const steps = [
    ['npm install', 'types for editors, TypeScript for check, AVA for test'],
    [`${entrada} extension check`, 'types, manifest, bundle, fixtures'],
    [`${entrada} extension test`, 'its tests'],
    [`${entrada} extension dev`, 'run it again at each change'],
  ] as const;
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, why]) => `  ${command.padEnd(width)}    ${why}`);
  return `\nNext:\n  cd ${shellWord(dir)}\n${lines.join('\n')}`;
}
