import { Command } from 'commander';

import { inspectOption } from './inspect-option.ts';
import type { RunOptions } from './run-once.ts';

/** `entrada extension run`: one hook over one event, here and now. */
export function runCommand(): Command {
  return new Command('run')
    .description('run one hook over one event: with its grants and limits, and answers of a file')
    .argument('<hook>', 'authenticate, decide, enrich, schedule, or the name of an event')
    .option('--event <file>', 'a fixture: what the hook is told, and what answers it')
    .option('--dir <dir>', 'folder of the extension', '.')
    .addOption(inspectOption())
    .option('--json', 'print what came of it as one object')
    .addHelpText(
      'after',
      '\nExits with 1 when the hook fails, or when something is otherwise than the fixture expects.' +
        '\n\nExample:\n  $ entrada extension run decide --event fixtures/finance.yaml',
    )
    .action(run);
}

async function run(hook: string, options: RunOptions): Promise<void> {
  const { runOnce } = await import('./run-once.ts'); // what a command needs is loaded when it runs
  await runOnce(hook, options);
}
