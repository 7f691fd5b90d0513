import { Command } from 'commander';

import { checkExtensionCommand } from './extension/check.ts';
import { doctorCommand } from './extension/doctor.ts';
import { newCommand } from './extension/new.ts';
import { runCommand } from './extension/run.ts';
import { testCommand } from './extension/test.ts';

/** `entrada extension`: the loop of authors and operators; one file in `extension/` for each command. */
export function extensionCommand(): Command {
  const group = new Command('extension').description('write, test, approve and watch extensions');
  for (const command of commands()) group.addCommand(command);
  return group;
}

function commands(): readonly Command[] {
  return [newCommand(), checkExtensionCommand(), runCommand(), testCommand(), doctorCommand()];
}
