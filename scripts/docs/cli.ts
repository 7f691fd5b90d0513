import type { Command } from 'commander';

import { createProgram } from '../../src/cli/program.ts';

/** The width of a page of the reference, in characters. */
const WIDTH = 100;

/** `docs/reference/cli.md`: what every command says with `--help`. */
export function cliPage(): string {
  return `${HEAD}\n${sectionsOf(createProgram(), []).join('\n')}`;
}

const HEAD = `# Command line

Made from what each command says with \`--help\`.

Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration. Commands
that ask a running gateway do so over its Unix socket, \`var/entrada.sock\` beside the configuration, which only the user of
the gateway may open.
`;

function sectionsOf(command: Command, before: readonly string[]): readonly string[] {
  const name = [...before, command.name()];
  const section = `## ${name.join(' ')}\n\n\`\`\`text\n${helpOf(command)}\`\`\`\n`;
  return [section, ...command.commands.flatMap((child) => sectionsOf(child, name))];
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => void (help += text),
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help;
}
