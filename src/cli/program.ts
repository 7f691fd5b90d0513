import { Command, CommanderError } from 'commander';

import { checkCommand } from './check.ts';
import { demoCommand } from './demo.ts';
import { emulatorCommand } from './emulator.ts';
import { eventsCommand } from './events.ts';
import { EXIT, Exit } from './exit.ts';
import { explainCommand } from './explain.ts';
import { extensionCommand } from './extension.ts';
import { initCommand } from './init.ts';
import { keygenCommand } from './keygen.ts';
import { packageVersion } from './package-folder.ts';
import { sayError } from './say.ts';
import { schemaCommand } from './schema.ts';
import { serveCommand } from './serve.ts';
import { sessionsCommand } from './sessions.ts';

const HELP = `
Examples:
  $ entrada demo                    try it: a tenant, a gateway and extensions on this machine
  $ entrada init gateway            start a configuration of your own
  $ entrada check                   find every fault in it
  $ entrada serve                   run the gateway

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.`;

/** All commands. */
export function createProgram(): Command {
  const program = new Command('entrada')
    .description(
      'Sign people in with Microsoft Entra ID, and run your own extensions over every sign-in.',
    )
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--debug', 'print stack traces of errors')
    .showSuggestionAfterError()
    .addHelpText('after', HELP);
  const commands = [
    initCommand(),
    checkCommand(),
    serveCommand(),
    demoCommand(),
    emulatorCommand(),
    explainCommand(),
    sessionsCommand(),
    eventsCommand(),
    extensionCommand(),
    schemaCommand(),
    keygenCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  return inAll(program, (command) => {
    command.exitOverride().configureHelp({ showGlobalOptions: true });
    command.helpOption('-h, --help', 'print help');
    command.showHelpAfterError(`What there is: ${pathOf(command)} --help`);
    if (command.commands.length > 0)
      command.helpCommand('help [command]', 'print help of a command');
  });
}

/** All that is typed to get to a command. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function inAll(command: Command, change: (command: Command) => void): Command {
  change(command);
  for (const child of command.commands) inAll(child, change);
  return command;
}

/**
 * Runs a command line.
 *
 * @param argv As `process.argv`.
 * @returns The exit code.
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(argv);
    return EXIT.done;
  } catch (error) {
    if (error instanceof Exit) return error.code;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    sayError(error, program.opts()['debug'] === true);
    return EXIT.failed;
  }
}
