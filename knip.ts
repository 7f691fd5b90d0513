import { readFileSync } from 'node:fs';

import type { KnipConfig } from 'knip';

/** Modules of the platform that are asked for by name: knip sees names in a table, not imports. */
function named(file: string, pattern: RegExp): readonly string[] {
  const table = readFileSync(file, 'utf8');
  return [...new Set([...table.matchAll(pattern)].map(([, name]) => `sandbox/web/${name}.ts!`))];
}

const config: KnipConfig = {
  entry: [
    'src/extensions/runner/main.ts!', // a process of its own, started by its path
    'src/extensions/bundler/main.ts!', // the same
    'src/extensions/doctor/probe.ts!', // the same
    'src/extensions/runner/debug.ts!', // likewise
    'src/net/script-worker.ts!', // a thread of its own, started by its path
    'sandbox/platform.ts!', // bundled into the script that every isolate starts with
    ...named('sandbox/web/parts.ts', /loadPart\('([\w-]+)'\)/g),
    ...named('src/extensions/platform-libraries.ts', /by: '([\w-]+)\.ts'/g),
    'sandbox/node/*.ts!', // stand in for parts of Node.js that packages import
    'extensions/*/index.ts!',
    'templates/*/index.ts!', // copied by `extension new`
    'templates/*/test/*.test.ts',
    'src/cli/extension/resolve-own.ts!', // imported by Node.js before an author's tests
    '{test/**,extensions/*/test}/*.test.ts', // some share a process in a whole run
    'scripts/*.ts',
    'bench/*.ts',
    'bench/_support/{bare-https,*-server}.ts', // processes of their own
    'test/hostile/programs/*.ts', // imported by the test that tries them
    'test/sandbox/api-1/*.ts', // compiled by a test
    'test/_support/packages/*.ts', // bundled and run in an isolate
    'test/_support/{store-writer,lying-runner,dead-runner,ended-runner,crowded-pool,namespace-relay}.ts', // processes of their own
  ],
  project: ['{src,sandbox,extensions,templates}/**/*.ts!', '{test,scripts,bench}/**/*.ts'],
  ignoreBinaries: ['script'], // a terminal for tests; util-linux is part of every Debian
  ignoreDependencies: ['c8'], // scripts/coverage.ts starts it by its path
  // A type that a function answers with is exported beside it, whoever imports it.
  ignoreExportsUsedInFile: { interface: true, type: true },
};

export default config;
