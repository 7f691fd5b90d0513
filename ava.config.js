import path from 'node:path';

/** Each test file runs in a process of its own, so that isolates, sockets and temporary folders end with it. */
export default {
  // Every process reads the same sources: types are stripped, and code is compiled, once. Commands run in folders of their own.
  environmentVariables: {
    NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules/.cache/entrada/compiled'),
  },
  files: ['test/**/*.test.ts', 'extensions/*/test/*.test.ts'],
  extensions: ['ts'],
  require: ['./test/_support/compiled-code.ts'],
  nodeArguments: ['--no-node-snapshot', '--conditions=entrada:source'],
  workerThreads: false,
  timeout: '120s',
  failWithoutAssertions: true,
};
