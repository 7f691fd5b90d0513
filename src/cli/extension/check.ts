import { Command } from 'commander';

import type { CheckExtensionOptions } from './check-extension.ts';

/** `entrada extension check`: everything that can be known of an extension before a gateway has it. */
export function checkExtensionCommand(): Command {
  return new Command('check')
    .description(
      'check an extension: types, manifest, bundle, packages, and a dry run of each fixture',
    )
    .argument('[dir]', 'folder of the extension', '.')
    .option('--json', 'print everything as one object')
    .addHelpText(
      'after',
      '\nFixtures are what the manifest names, or the files of fixtures/; a hook without any is run for somebody made up.' +
        '\n\nExample:\n  $ entrada extension check extensions/gate',
    )
    .action(check);
}

async function check(dir: string, options: CheckExtensionOptions): Promise<void> {
  const { checkExtension } = await import('./check-extension.ts');
  await checkExtension(dir, options);
}
