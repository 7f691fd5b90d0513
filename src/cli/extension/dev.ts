import { Command, Option } from 'commander';

import type { DevOptions } from './dev-loop.ts';
import { inspectOption } from './inspect-option.ts';

/** `entrada extension dev`: what a change does, as soon as it is saved. */
export function devCommand(): Command {
  return new Command('dev')
    .description('watch an extension: build it and run its fixtures again at each change')
    .argument('[dir]', 'folder of the extension', '.')
    .option('--event <file...>', 'fixtures to run; default: all of the extension')
    .option('--live', 'sign somebody in at a gateway and a tenant on this machine instead')
    .addOption(
      new Option('--as <account>', 'who signs in, at the emulated tenant')
        .default('jane@contoso.example')
        .implies({ live: true }),
    )
    .addOption(inspectOption().conflicts('live'))
    .addHelpText(
      'after',
      '\nEnter runs it again; Ctrl-C ends it.\n\nExamples:\n  $ entrada extension dev --event fixtures/denied.yaml --inspect' +
        '\n  $ entrada extension dev --live --as emil@contoso.example',
    )
    .action(dev);
}

async function dev(dir: string, options: DevOptions): Promise<void> {
  const { runDev } = await import('./dev-loop.ts');
  await runDev(dir, options);
}
