import { Command, Option } from 'commander';

import type { DemoOptions } from './demo-run.ts';
import { portOption } from './port-option.ts';

/** `entrada demo`: everything on this machine, without Azure. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'try Entrada: a local tenant, the gateway and example extensions, all on this machine',
    )
    .option(
      '--headless',
      'sign one allowed and one denied person in over HTTPS, without a browser, and print each step',
    )
    .addOption(
      new Option('--json', 'like --headless, printed as one object').implies({ headless: true }),
    )
    .option('--port <port>', 'port of the gateway', portOption, 8443)
    .option('--emulator-port <port>', 'port of the tenant', portOption, 9443)
    .addHelpText('after', '\nExamples:\n  $ entrada demo\n  $ entrada demo --headless --json')
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  const { runDemo } = await import('./demo-run.ts');
  await runDemo(options);
}
