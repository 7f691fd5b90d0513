import { Command, Option } from 'commander';

import type { NewOptions } from './new-extension.ts';
import { TEMPLATES } from './templates.ts';

/** `entrada extension new`: a folder to start an extension from. */
export function newCommand(): Command {
  return new Command('new')
    .description(
      'write a new extension: manifest, source, fixtures, tests; asks for what is left out',
    )
    .argument('[dir]', 'its folder')
    .addOption(
      new Option('--template <name>', 'what it begins as').choices(
        TEMPLATES.map(({ name }) => name),
      ),
    )
    .option('--name <name>', 'its name; default: that of the folder')
    .addHelpText(
      'after',
      `\nTemplates:\n${list()}\n\nNothing that is there is overwritten.${EXAMPLE}`,
    )
    .action(create);
}

const EXAMPLE =
  '\n\nExample:\n  $ entrada extension new extensions/gate --template deny-by-attribute';

function list(): string {
  return TEMPLATES.map(({ name, what }) => `  ${name.padEnd(22)} ${what}`).join('\n');
}

async function create(dir: string | undefined, options: NewOptions): Promise<void> {
  const { newExtension } = await import('./new-extension.ts');
  await newExtension(dir, options);
}
