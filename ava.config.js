import path from 'node:path';

/** They take longest, some by waiting. Begun first, the longest of them before all, they keep nobody waiting at the end. */
const LONGEST = [
  'events/kills',
  'package/pack',
  'cli/check-connect',
  'flow/failure-matrix',
  'flow/versions',
  'flow/failures-in-background',
  'hostile/programs',
  'net/proxy-script',
  'cli/extension/new',
  'flow/failures-of-authenticate',
  'flow/unavailable',
  'flow/breaker',
  'guides/first-extension',
  'browser/sign-in',
  'browser/pages',
  'emulator/pages-in-chromium',
  'services/proxy-in-namespace',
  'hostile/password',
  'cli/demo',
  'cli/extension/check',
].map((name) => path.join(import.meta.dirname, `test/${name}.test.ts`));

/** The place of a file in that list; behind it for all others. */
const placeOf = (file) => (LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length);

/** Each test file runs in a process of its own, so that isolates, sockets and temporary folders end with it. */
export default {
  // Every process reads the same sources: types are stripped, and code is compiled, once. Commands run in folders of their own.
  environmentVariables: {
    NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules/.cache/entrada/compiled'),
  },
  files: ['test/**/*.test.ts', 'extensions/*/test/*.test.ts'],
  extensions: ['ts'],
  sortTestFiles: (one, other) => placeOf(one) - placeOf(other),
  require: ['./test/_support/compiled-code.ts'],
  nodeArguments: ['--no-node-snapshot', '--conditions=entrada:source'],
  workerThreads: false,
  timeout: '120s',
  failWithoutAssertions: true,
};
