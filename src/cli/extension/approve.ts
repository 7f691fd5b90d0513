import { Command } from 'commander';

import { withConfig } from '../config-option.ts';
import type { ApproveOptions } from './approve-extension.ts';

/** `entrada extension approve`: shows what changed, and writes the hash of what may run. */
export function approveCommand(): Command {
  return withConfig(new Command('approve'))
    .description('show what changed in an extension, and let this version run')
    .argument('<name>', 'name of the extension, or its source')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'show what changed, and write nothing')
    .option('--json', 'print what changed as one object; writes only with --yes')
    .addHelpText(
      'after',
      '\nShown are requests, packages and every line that changed since the version that was approved last. The hash is' +
        '\nwritten into the configuration; a gateway that runs with it takes the version at once.' +
        '\n\nExamples:\n  $ entrada extension approve department-gate\n  $ entrada extension approve department-gate --yes',
    )
    .action(approve);
}

async function approve(name: string, options: ApproveOptions): Promise<void> {
  const { approveExtension } = await import('./approve-extension.ts');
  await approveExtension(name, options);
}
