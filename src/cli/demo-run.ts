import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';

import { shellWord } from '../config/shell-word.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { createLog, type Log } from '../log.ts';
import { commandName } from './command-name.ts';
import { runHeadless } from './demo-headless.ts';
import { createDemoWorld, type DemoPorts, type DemoWorld } from './demo-world.ts';
import { EXIT, Exit } from './exit.ts';
import { freePort } from './free-port.ts';
import { prepareConfig } from './load.ts';
import { prepareAgain } from './prepare-again.ts';
import { print, soundOf } from './say.ts';
import { untilStopped } from './stop.ts';

/** What the command line says of a demo. */
export interface DemoOptions {
  readonly headless?: boolean;
  readonly json?: boolean;
  readonly port: number;
  readonly emulatorPort: number;
}

/** Runs the demo until a person stops it, or, headless, until two people have signed in. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const stopped = untilStopped();
  await using stack = new AsyncDisposableStack();
  const folder = stack.adopt(mkdtempSync(path.join(tmpdir(), 'entrada-demo-')), (made) =>
    rmSync(made, { recursive: true, force: true }),
  );
  const world = stack.use(await createDemoWorld(folder, await portsOf(options)));
  const log = createLog({ pretty: true, level: options.headless ? 'silent' : 'info' });
  const gateway = stack.use(await start(world, log));
  if (options.headless) {
    await Promise.race([runHeadless(world, gateway, options.json ?? false), early(stopped)]);
  } else {
    welcome(world);
    await stopped;
    print('\nEnding.');
  }
}

/** Ends a demo that has an end of its own before it. */
async function early(stopped: Promise<unknown>): Promise<never> {
  await stopped;
  throw new Exit(EXIT.failed);
}

/** A demo without a browser is nobody's address: it takes whatever ports are free. */
async function portsOf({ headless, port, emulatorPort }: DemoOptions): Promise<DemoPorts> {
  if (headless) return { gateway: await freePort(), emulator: 0 };
  return { gateway: port, emulator: emulatorPort };
}

async function start({ config: file }: DemoWorld, log: Log): Promise<Gateway> {
  const { config, extensions } = soundOf(await prepareConfig(file, true));
  const warn = (sentence: string): void => log.warn({}, sentence);
  return startGateway({
    config,
    extensions,
    log,
    prepareAgain: prepareAgain(file, config, warn, true),
  });
}

function bold(text: string): string {
  return styleText('bold', text);
}

function welcome({ origin, emulator, config }: DemoWorld): void {
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
  ${origin}/
      who you are, and which extension decided what
  ${origin}/auth/start?rd=/auth/verify
      what a reverse proxy is told about you, in the headers of the answer
  ${emulator.portal}
      the tenant's own page: every request it got, live
  ${config}
      the configuration
  ${commandName()} sessions list --config ${shellWord(config)}
      who is signed in
  ${commandName()} explain SIGN-IN --config ${shellWord(config)}
      everything that happened in a sign-in; its number stands on the page of who signed in, or was denied

Ctrl-C ends all of it.
`);
}
