import { Command } from 'commander';

import { withConfig } from '../config-option.ts';
import type { LogsOptions } from './watch-logs.ts';

/** `entrada extension logs`: what extensions wrote. */
export function logsCommand(): Command {
  return withConfig(new Command('logs'))
    .description('print what extensions wrote, as the running gateway has it')
    .argument('[name]', 'of this extension alone')
    .option('-f, --follow', 'go on with what they write')
    .option('--sign-in <id>', 'about this sign-in alone; the beginning of its id will do')
    .option('--person <name>', 'about this person alone: their username')
    .option('--json', 'print each line as an object')
    .addHelpText(
      'after',
      '\nThe gateway remembers the last 2,000 lines; all of them are in its log.' +
        '\n\nExamples:\n  $ entrada extension logs -f department-gate\n  $ entrada extension logs --person jane',
    )
    .action(logs);
}

async function logs(name: string | undefined, options: LogsOptions): Promise<void> {
  const { watchLogs } = await import('./watch-logs.ts');
  await watchLogs(name, options);
}
