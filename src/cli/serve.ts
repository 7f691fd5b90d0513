import { Command, InvalidArgumentError } from 'commander';

import type { GatewayOptions } from '../gateway.ts';
import type { Log } from '../log.ts';
import { withConfig } from './config-option.ts';
import { EXIT, Exit } from './exit.ts';
import { folderOption } from './folder-option.ts';
import { onHangUp } from './hang-up.ts';
import { mark, say, sayFaults, soundOf } from './say.ts';
import { type Stop, untilStopped } from './stop.ts';

interface ServeOptions {
  readonly config: string;
  readonly extensions: 'on' | 'off';
  readonly jitless?: boolean;
  /** Folder of recordings. */
  readonly record?: string;
}

/** `entrada serve`: the gateway. */
export function serveCommand(): Command {
  return withConfig(new Command('serve'))
    .description('run the gateway')
    .option(
      '--extensions <on|off>',
      'off: sign people in without asking extensions, as a way back in',
      onOrOff,
      'on',
    )
    .option(
      '--jitless',
      'run extensions without machine code: slower, and without most of what V8 can be attacked by',
    )
    .option(
      '--record <dir>',
      'write a fixture of every run of a hook: for a gateway of tests',
      folderOption,
    )
    .addHelpText(
      'after',
      '\nThe log goes to standard output, one JSON object a line; a gateway whose log cannot be written ends. SIGHUP takes the versions of extensions that are approved by then.\n\nExample:\n  $ entrada serve --config /etc/entrada/entrada.yaml',
    )
    .action(serve);
}

function onOrOff(value: string): 'on' | 'off' {
  if (value === 'on' || value === 'off') return value;
  throw new InvalidArgumentError('write on or off');
}

async function serve(options: ServeOptions): Promise<void> {
  const { config: file, extensions: mode, jitless = false, record } = options;
  const before = performance.now();
  const stopped = untilStopped();
  const hungUp = onHangUp();
  const [{ loadConfigFile, prepareKept }, { startEarly, ifNeeded }, { createLog }] =
    await Promise.all([import('./load.ts'), import('./early-runners.ts'), import('../log.ts')]);
  const loaded = loadConfigFile(file, false);
  const log = createLog({ pretty: process.stdout.isTTY });
  await using early =
    loaded.ok && mode === 'on' ? await startEarly(loaded.config, { log, jitless }) : null;
  const [prepared, { prepareAgain }, { startGateway }, { redirectUriOf, tenantsOf }] =
    await Promise.all([
      prepareKept(loaded, (sentence) => log.warn({ event: 'bundles_not_kept' }, sentence)),
      import('./prepare-again.ts'),
      import('../gateway.ts'), // most of all that there is to load: runners start meanwhile
      import('../server/tenants.ts'),
    ]);
  const { config, extensions, faults } = soundOf(prepared);
  sayFaults(faults);
  await using gateway = await startGateway({
    config,
    log,
    extensions: mode === 'on' ? extensions : null,
    jitless,
    prepareAgain: prepareAgain(file, config, (sentence) => log.warn({}, sentence)),
    ...(await ifNeeded(early, extensions)),
    ...(await recording(record, log)),
  });
  hungUp(() => void gateway.reload());
  const readyMs = Math.round(performance.now() - before);
  log.info(
    {
      url: gateway.origin,
      redirectUris: tenantsOf(config).map((method) => redirectUriOf(config, method)),
      extensions: mode === 'on' ? extensions.map(({ id }) => id) : 'off',
      readyMs,
    },
    'ready',
  );
  if (mode === 'off')
    log.warn({}, 'extensions are off: nobody is denied by them, and nothing is added');
  sayEnding(await stopped);
}

/** Nobody asked a gateway to end that lost its log: whoever started it has to hear that it failed. */
function sayEnding(stop: Stop): void {
  if (stop !== 'unread') return say(`${stop}: ending`);
  say(`${mark('error')} the log cannot be written any more: ending`);
  throw new Exit(EXIT.failed);
}

/** Recordings tell of people: whoever runs this is told so. */
async function recording(
  folder: string | undefined,
  log: Log,
): Promise<Pick<GatewayOptions, 'record'>> {
  if (folder === undefined) return {};
  const { keepIn } = await import('./recordings.ts');
  log.warn(
    { folder },
    'every run of a hook is recorded: without tokens and secrets, and with what APIs say of people',
  );
  return {
    record: keepIn(folder, (error) => log.error({ err: error }, 'a recording was not kept')),
  };
}
