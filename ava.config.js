import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { filesOf, TOGETHER } from './test/_support/together.ts';

/** They take longest, some by waiting. Begun first, the longest of them before all, they keep nobody waiting at the end. */
const LONGEST = [
  'events/kills.test.ts',
  'package/pack.test.ts',
  'cli/check-connect.test.ts',
  'flow/failure-matrix.test.ts',
  'in-one-process/flow.ts',
  'flow/versions.test.ts',
  'flow/failures-in-background.test.ts',
  'hostile/programs.test.ts',
  'guides/first-extension.test.ts',
  'cli/extension/new.test.ts',
  'net/proxy-script.test.ts',
  'browser/pages.test.ts',
  'browser/sign-in.test.ts',
  'flow/failures-of-authenticate.test.ts',
  'emulator/pages-in-chromium.test.ts',
  'cli/demo.test.ts',
  'cli/extension/dev.test.ts',
  'cli/serve.test.ts',
  'in-one-process/emulator.ts',
  'in-one-process/entra.ts',
  'in-one-process/config.ts',
  'flow/breaker.test.ts',
  'flow/unavailable.test.ts',
  'cli/extension/check.test.ts',
  'package/docs.test.ts',
  'services/proxy-in-namespace.test.ts',
  'cli/events.test.ts',
  'cli/extension/inspect.test.ts',
  'extensions/limit-edges.test.ts',
  'hostile/password.test.ts',
  'in-one-process/net.ts',
  'in-one-process/server.ts',
].map((name) => path.join(import.meta.dirname, 'test', name));

/** The place of a file in that list; behind it for all others. */
const placeOf = (file) => (LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length);

/** Whether files are named on the command line: each of them is run as it is. */
const isChosen = process.argv.slice(2).some((word) => word.endsWith('.ts'));

const together = Object.keys(TOGETHER).flatMap((group) => {
  const one = `test/in-one-process/${group}.ts`;
  if (!existsSync(new URL(one, import.meta.url))) throw new Error(`${one} is missing`);
  return [...filesOf(group).map((file) => `!${file}`), one];
});

/** Each test file runs in a process of its own, so that isolates, sockets and temporary folders end with it. */
export default {
  // Every process reads the same sources: types are stripped, and code is compiled, once. Commands run in folders of their own.
  environmentVariables: {
    NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules/.cache/entrada/compiled'),
  },
  files: ['test/**/*.test.ts', 'extensions/*/test/*.test.ts', ...(isChosen ? [] : together)],
  extensions: ['ts'],
  sortTestFiles: (one, other) => placeOf(one) - placeOf(other),
  require: ['./test/_support/compiled-code.ts'],
  // V8's collection of WebAssembly code can wait for ever for an isolate that ends: Node strips types by WebAssembly.
  nodeArguments: ['--no-node-snapshot', '--conditions=entrada:source', '--no-wasm-code-gc'],
  workerThreads: false,
  concurrency: availableParallelism() + 1, // most files wait now and then: for a process, a page, a deadline
  timeout: '120s',
  failWithoutAssertions: true,
};
