import { Command } from 'commander';

import { withConfig } from '../config-option.ts';

interface RollbackOptions {
  readonly config: string;
  readonly to?: string;
}

/** `entrada extension rollback`: the version that was approved before runs again. */
export function rollbackCommand(): Command {
  return withConfig(new Command('rollback'))
    .description('let the version run that was approved before this one')
    .argument('<name>', 'name of the extension, or its source')
    .option('--to <integrity>', 'this version, by its hash or the beginning of it')
    .addHelpText(
      'after',
      '\nVersions are kept when they are approved; the folder of the extension is left as it is.' +
        '\n\nExample:\n  $ entrada extension rollback department-gate',
    )
    .action(rollback);
}

async function rollback(name: string, { config, to }: RollbackOptions): Promise<void> {
  const { rollbackExtension } = await import('./rollback-extension.ts');
  await rollbackExtension(name, config, to);
}
