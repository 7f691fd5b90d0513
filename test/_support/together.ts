import { globSync } from 'node:fs';
import path from 'node:path';

export const ROOT: string = path.resolve(import.meta.dirname, '../..');

/** Test files that share a process when all tests are run. */
export interface Together {
  /** Which they are. Form: a pattern below the project's folder. */
  readonly files: string;
  /** Those of them that stay apart, by their names: they take long, measure time, or have hooks for each test. */
  readonly apart?: readonly string[];
}

/**
 * Files that are small. When all tests are run, each group is one process (test/in-one-process): most of what such a file
 * takes is the start of its own.
 */
export const TOGETHER: Readonly<Record<string, Together>> = {
  authentication: { files: 'test/authentication/**/*.test.ts' },
  config: { files: 'test/config/**/*.test.ts' },
  emulator: {
    files: 'test/emulator/**/*.test.ts',
    apart: ['keys', 'layout', 'pages-in-chromium', 'tampering'],
  },
  entra: { files: 'test/entra/**/*.test.ts' },
  // Several, because those of one process share a runner, for which no more than 96 may wait.
  'examples-a-m': { files: 'extensions/[a-m]*/test/**/*.test.ts' },
  'examples-n-r': { files: 'extensions/[n-r]*/test/**/*.test.ts' },
  'examples-s-z': { files: 'extensions/[s-z]*/test/**/*.test.ts' },
  extensions: {
    files: 'test/extensions/{*,{bundler,mapping,pool,runner,versions}/**/*}.test.ts',
    apart: [
      'bundler',
      'host',
      'limit-edges',
      'limits',
      'linked-packages',
      'lost-runners',
      'many-extensions',
      'pools',
      'prepare',
      'replaced-runners',
    ],
  },
  'extensions-broker': { files: 'test/extensions/broker/**/*.test.ts' },
  'extensions-replay': { files: 'test/extensions/replay/**/*.test.ts' },
  flow: {
    files: 'test/flow/**/*.test.ts',
    apart: [
      'answers-once-and-in-time',
      'breaker',
      'events',
      'failure-matrix',
      'failures-in-background',
      'failures-of-authenticate',
      'jitless',
      'schedules',
      'unavailable',
      'versions',
    ],
  },
  hostile: { files: 'test/hostile/entra-*.test.ts', apart: ['entra-hanging-hosts'] },
  net: { files: 'test/net/**/*.test.ts', apart: ['proxy-script'] },
  principal: { files: 'test/principal/**/*.test.ts' },
  sandbox: { files: 'test/sandbox/**/*.test.ts', apart: ['events', 'hostile-objects', 'sdk'] },
  server: { files: 'test/server/**/*.test.ts' },
  session: { files: 'test/session/**/*.test.ts' },
  store: { files: 'test/store/**/*.test.ts', apart: ['processes'] },
  testing: { files: 'test/testing/**/*.test.ts', apart: ['debugger'] },
};

/** Files of a group, from the project's folder. */
export function filesOf(group: string): readonly string[] {
  const { [group]: together } = TOGETHER;
  if (!together) throw new Error(`there is no group ${group} of tests that share a process`);
  const { files, apart = [] } = together;
  const found = globSync(files, { cwd: ROOT });
  return found.filter((file) => !apart.includes(path.basename(file, '.test.ts'))).toSorted();
}
