import path from 'node:path';

/** They take longest. Begun first, they keep nobody waiting at the end. */
const LONGEST = new Set(
  [
    'package/pack',
    'events/kills',
    'flow/versions',
    'cli/check-connect',
    'browser/sign-in',
    'browser/pages',
    'emulator/pages-in-chromium',
    'cli/extension/new',
    'cli/demo',
  ].map((name) => path.join(import.meta.dirname, `test/${name}.test.ts`)),
);

/** Each test file runs in a process of its own, so that isolates, sockets and temporary folders end with it. */
export default {
  // Every process reads the same sources: types are stripped, and code is compiled, once. Commands run in folders of their own.
  environmentVariables: {
    NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules/.cache/entrada/compiled'),
  },
  files: ['test/**/*.test.ts', 'extensions/*/test/*.test.ts'],
  extensions: ['ts'],
  sortTestFiles: (one, other) => Number(LONGEST.has(other)) - Number(LONGEST.has(one)),
  require: ['./test/_support/compiled-code.ts'],
  nodeArguments: ['--no-node-snapshot', '--conditions=entrada:source'],
  workerThreads: false,
  timeout: '120s',
  failWithoutAssertions: true,
};
