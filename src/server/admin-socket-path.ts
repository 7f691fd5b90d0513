import path from 'node:path';

import type { Config } from '../config/config.ts';

/** Where the command line finds the gateway that runs with a configuration. */
export function adminSocketPath({ directory }: Pick<Config, 'directory'>): string {
  return path.join(directory, 'var', 'entrada.sock');
}
