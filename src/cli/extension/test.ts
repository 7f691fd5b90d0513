import { Command } from 'commander';

import type { TestOptions } from './test-extension.ts';

/** `entrada extension test`: the extension's own tests. */
export function testCommand(): Command {
  return new Command('test')
    .description(
      'run the tests of an extension (test/*.test.ts, with AVA and real runners), and replay its fixtures',
    )
    .argument('[dir]', 'folder of the extension', '.')
    .option('--match <pattern>', 'only tests whose title matches, as in "*denied*"; no fixtures')
    .option('--json', 'print the results as one object')
    .addHelpText(
      'after',
      '\nExample:\n  $ entrada extension test extensions/gate --match "*denied*"',
    )
    .action(test);
}

async function test(dir: string, options: TestOptions): Promise<void> {
  const { testExtension } = await import('./test-extension.ts');
  await testExtension(dir, options);
}
