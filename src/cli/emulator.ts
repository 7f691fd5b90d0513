import { readFileSync } from 'node:fs';

import { Command } from 'commander';

import { startEmulator, type EmulatorOptions } from '../emulator/index.ts';
import { portOption } from './port-option.ts';
import { print, printJson } from './say.ts';
import { untilStopped } from './stop.ts';

interface EmulatorCommandOptions {
  readonly port: number;
  readonly json?: boolean;
}

/** `entrada emulator`: a tenant of your own, without a gateway. */
export function emulatorCommand(): Command {
  return new Command('emulator')
    .description('run the local Entra tenant, Graph and Azure Storage alone')
    .argument('[seed]', 'YAML file of people, groups and applications; left out: Contoso')
    .option('--port <port>', 'port to listen on', portOption, 9443)
    .option('--json', 'print the addresses as one object')
    .addHelpText('after', '\nExample:\n  $ entrada emulator people.yaml')
    .action(emulate);
}

async function emulate(
  seed: string | undefined,
  { port, json = false }: EmulatorCommandOptions,
): Promise<void> {
  const options: EmulatorOptions = seed === undefined ? {} : {};
  await using emulator = await startEmulator({ ...options, port });
  const { login, graph, portal, authority, ca } = emulator;
  if (json) printJson({ login, graph, portal, authority, ca });
  else {
    print(`Tenant    ${login}\nGraph     ${graph}\nPages     ${portal}\n`);
    print(
      `For entrada.yaml:\n  authority: ${JSON.stringify({ ...authority, ca: 'emulator-ca.crt' })}\n`,
    );
    print(`Certificate authority (emulator-ca.crt):\n${ca}\nCtrl-C ends it.`);
  }
  await untilStopped();
}
