import { Command } from 'commander';

import type { EmulatorRunOptions } from './emulator-run.ts';
import { portOption } from './port-option.ts';

/** `entrada emulator`: a tenant of your own, without a gateway. */
export function emulatorCommand(): Command {
  return new Command('emulator')
    .description('run the local Entra tenant, Graph and Azure Storage alone')
    .argument('[seed]', 'YAML file of people, groups and applications; left out: Contoso')
    .option('--port <port>', 'port to listen on', portOption, 9443)
    .option('--ca <file>', 'write the certificate that clients have to trust into a file')
    .option('--json', 'print the addresses as one object')
    .addHelpText('after', '\nExample:\n  $ entrada emulator people.yaml')
    .action(emulate);
}

async function emulate(seed: string | undefined, options: EmulatorRunOptions): Promise<void> {
  const { runEmulator } = await import('./emulator-run.ts');
  await runEmulator(seed, options);
}
