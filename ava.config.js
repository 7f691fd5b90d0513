/** Each test file runs in a process of its own, so that isolates, sockets and temporary folders end with it. */
export default {
  files: ['test/**/*.test.ts', 'extensions/*/test/*.test.ts'],
  extensions: ['ts'],
  nodeArguments: ['--no-node-snapshot', '--conditions=entrada:source'],
  workerThreads: false,
  timeout: '120s',
  failWithoutAssertions: true,
};
