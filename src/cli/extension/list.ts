import { Command } from 'commander';

import { withConfig } from '../config-option.ts';

interface ListOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** `entrada extension list`: what runs, and how it does. */
export function listCommand(): Command {
  return withConfig(new Command('list'))
    .description(
      'list extensions: version, hash, mode, and how they have done since the gateway started',
    )
    .option('--json', 'print them as one object')
    .addHelpText(
      'after',
      '\nWithout a gateway that runs, it lists what the configuration has.' +
        '\n\nExample:\n  $ entrada extension list',
    )
    .action(list);
}

async function list({ config, json = false }: ListOptions): Promise<void> {
  const { listExtensions } = await import('./list-extensions.ts');
  await listExtensions(config, json);
}
