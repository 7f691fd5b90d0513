import { existsSync } from 'node:fs';
import path from 'node:path';

import { TOGETHER } from './test/_support/together.ts';

/** They take longest, some by waiting. Begun first, the longest of them before all, they keep nobody waiting at the end. */
const LONGEST = [
  'events/kills.test.ts',
  'package/pack.test.ts',
  'cli/check-connect.test.ts',
  'flow/failure-matrix.test.ts',
  'flow/versions.test.ts',
  'flow/failures-in-background.test.ts',
  'hostile/programs.test.ts',
  'net/proxy-script.test.ts',
  'cli/extension/new.test.ts',
  'flow/failures-of-authenticate.test.ts',
  'flow/unavailable.test.ts',
  'flow/breaker.test.ts',
  'guides/first-extension.test.ts',
  'browser/sign-in.test.ts',
  'browser/pages.test.ts',
  'emulator/pages-in-chromium.test.ts',
  'services/proxy-in-namespace.test.ts',
  'hostile/password.test.ts',
  'cli/demo.test.ts',
  'cli/extension/check.test.ts',
].map((name) => path.join(import.meta.dirname, 'test', name));

/** The place of a file in that list; behind it for all others. */
const placeOf = (file) => (LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length);

/** Whether files are named on the command line: each of them is run as it is. */
const isChosen = process.argv.slice(2).some((word) => word.endsWith('.ts'));

const together = Object.entries(TOGETHER).flatMap(([folder, apart]) => {
  const one = `test/in-one-process/${folder.replace('/', '-')}.ts`;
  if (!existsSync(new URL(one, import.meta.url))) throw new Error(`${one} is missing`);
  const others = apart.length === 0 ? '*' : `!(${apart.join('|')}).test.ts`;
  return [`!test/${folder}/**/${others}`, one];
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
  nodeArguments: ['--no-node-snapshot', '--conditions=entrada:source'],
  workerThreads: false,
  timeout: '120s',
  failWithoutAssertions: true,
};
