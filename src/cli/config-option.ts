import path from 'node:path';

import type { Command } from 'commander';

/** Adds `--config`. */
export function withConfig(command: Command): Command {
  return command.option('-c, --config <file>', 'the configuration', 'entrada.yaml');
}

/** Folder of the configuration: where a running gateway has its socket. */
export function folderOf(file: string): string {
  return path.dirname(path.resolve(file));
}
