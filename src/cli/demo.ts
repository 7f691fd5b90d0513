import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';

import { Command } from 'commander';

import { type Gateway, startGateway } from '../gateway.ts';
import { createLog, type Log } from '../log.ts';
import { runHeadless } from './demo-headless.ts';
import { createDemoWorld, type DemoPorts, type DemoWorld } from './demo-world.ts';
import { freePort } from './free-port.ts';
import { prepareConfig } from './load.ts';
import { portOption } from './port-option.ts';
import { print, sayFaults } from './say.ts';
import { untilStopped } from './stop.ts';

interface DemoOptions {
  readonly headless?: boolean;
  readonly json?: boolean;
  readonly port: number;
  readonly emulatorPort: number;
}

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
    .option('--json', 'with --headless: print one object')
    .option('--port <port>', 'port of the gateway', portOption, 8443)
    .option('--emulator-port <port>', 'port of the tenant', portOption, 9443)
    .addHelpText('after', '\nExamples:\n  $ entrada demo\n  $ entrada demo --headless --json')
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.adopt(mkdtempSync(path.join(tmpdir(), 'entrada-demo-')), (made) =>
    rmSync(made, { recursive: true, force: true }),
  );
  const world = stack.use(await createDemoWorld(folder, await portsOf(options)));
  const log = createLog({ pretty: true, level: options.headless ? 'silent' : 'info' });
  const gateway = stack.use(await start(world, log));
  if (options.headless) await runHeadless(world, gateway, options.json ?? false);
  else await untilPersonStops(world, folder);
}

/** A demo without a browser is nobody's address: it takes whatever ports are free. */
async function portsOf({ headless, port, emulatorPort }: DemoOptions): Promise<DemoPorts> {
  if (headless) return { gateway: await freePort(), emulator: 0 };
  return { gateway: port, emulator: emulatorPort };
}

async function start({ config: file }: DemoWorld, log: Log): Promise<Gateway> {
  const prepared = await prepareConfig(file, true);
  sayFaults(prepared.faults.filter(({ severity }) => severity === 'error'));
  if (!prepared.ok) throw new Error('the demo’s configuration is broken');
  const { config, extensions } = prepared;
  return startGateway({ config, extensions, log });
}

async function untilPersonStops(world: DemoWorld, folder: string): Promise<void> {
  welcome(world, folder);
  await untilStopped();
  print('\nEnding.');
}

function welcome({ origin, emulator }: DemoWorld, folder: string): void {
  const bold = (text: string): string => styleText('bold', text);
  print(`
${bold('Entrada is running.')}  Open ${bold(origin)}
The certificate is made for this demo: your browser will warn about it, twice (gateway and tenant).

Sign in as
  jane@contoso.example    Finance: let in by department-gate; her manager becomes a claim
  lena@contoso.example    Legal: let in
  emil@contoso.example    Engineering: denied by department-gate, with a sentence that says why
  ulla@contoso.example    not assigned to the application: Entra itself denies her
  gus@fabrikam.example    a guest without a department: denied

Try
  ${origin}/                    who you are, and which extension decided what
  ${origin}/auth/verify         what a reverse proxy is told about you
  ${emulator.portal}   the tenant's own page: every request it got, live
  ${path.join(folder, 'entrada.yaml')}   the configuration
  entrada sessions list --config ${path.join(folder, 'entrada.yaml')}

Ctrl-C ends all of it.
`);
}
