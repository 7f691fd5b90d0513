import { Command } from 'commander';

import { approveCommand } from './extension/approve.ts';
import { checkExtensionCommand } from './extension/check.ts';
import { devCommand } from './extension/dev.ts';
import { doctorCommand } from './extension/doctor.ts';
import { listCommand } from './extension/list.ts';
import { logsCommand } from './extension/logs.ts';
import { newCommand } from './extension/new.ts';
import { rollbackCommand } from './extension/rollback.ts';
import { runCommand } from './extension/run.ts';
import { testCommand } from './extension/test.ts';

/** `entrada extension`: the loop of authors and operators; one file in `extension/` for each command. */
export function extensionCommand(): Command {
  const group = new Command('extension').description('write, test, approve and watch extensions');
  for (const command of commands()) group.addCommand(command);
  return group;
}

function commands(): readonly Command[] {
  return [
    newCommand(),
    checkExtensionCommand(),
    runCommand(),
    testCommand(),
    devCommand(),
    listCommand(),
    approveCommand(),
    rollbackCommand(),
    logsCommand(),
    doctorCommand(),
  ];
}
