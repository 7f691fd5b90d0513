/**
 * What every process of a coverage run does before anything else (`NODE_OPTIONS=--import`): isolates are counted, runner
 * processes are started so that they are counted too, and the platform is the readable one. The code under test has no
 * part in it.
 */
import { registerHooks } from 'node:module';

import { countRunners } from './runners.ts';

interface StandIn {
  readonly specifier: RegExp;
  /** Whose import of it is answered with the stand-in. */
  readonly importer: RegExp;
  readonly url: string;
}

const STAND_INS: readonly StandIn[] = [
  {
    specifier: /^isolated-vm$/,
    importer: /\/(?:src\/extensions\/runner\/isolate|test\/_support\/platform-isolate)\.ts$/,
    url: new URL('./isolated-vm.ts', import.meta.url).href,
  },
  {
    // Tests of the build itself have the real one.
    specifier: /\/kept-platform\.ts$/,
    importer: /\/src\/extensions\/load-platform\.ts$/,
    url: new URL('./readable-platform.ts', import.meta.url).href,
  },
  {
    // Counts are of the sources: runners are started with them.
    specifier: /\/runner-program\.ts$/,
    importer: /\/src\/extensions\/pool\/runner-command\.ts$/,
    url: new URL('./typed-program.ts', import.meta.url).href,
  },
];

registerHooks({
  resolve(specifier, context, next) {
    const found = STAND_INS.find(
      (one) => one.specifier.test(specifier) && one.importer.test(context.parentURL ?? ''),
    );
    return found ? { url: found.url, shortCircuit: true } : next(specifier, context);
  },
});
if (process.permission)
  await import('./last-words.ts').then(({ endWithCounts }) => endWithCounts());
else countRunners();
