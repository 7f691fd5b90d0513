import test from 'ava';

import { dependencyFaults } from '../../scripts/docs/dependencies.ts';
import { exampleFaults } from '../../scripts/docs/examples.ts';
import { linkFaults } from '../../scripts/docs/links.ts';
import type { Page } from '../../scripts/docs/pages.ts';

/** A page as it could stand in the project. */
function page(text: string, file = 'README.md'): Page {
  return { file, text };
}

test('links and paths that lead somewhere are no fault', (t) => {
  const pages = [
    page(
      '# A title: with signs\n\n[self](#a-title-with-signs) [src](src/errors.ts) `src/gateway.ts`',
    ),
    page(
      '[up](../README.md#a-title-with-signs) [out](https://example.com/x) `src/*.ts`',
      'docs/a.md',
    ),
  ];
  t.deepEqual(linkFaults(pages), []);
});

test('each link and path that leads nowhere is a fault', (t) => {
  const text = '[a](docs/missing.md) [b](#missing) [c](LICENSE#missing) `src/missing.ts`';
  t.is(linkFaults([page(text)]).length, 4);
});

test('what stands in a block of code is no link', (t) => {
  t.deepEqual(linkFaults([page('```text\n[a](docs/missing.md) `src/missing.ts`\n```\n')]), []);
});

const EXTENSION = `import { allow, type Extension } from 'entrada/extension';
export default { decide: () => allow() } satisfies Extension;`;

test('examples that compile and configurations without a fault are no fault', async (t) => {
  const program = "import { startEmulator } from 'entrada/emulator';\nconsole.log(startEmulator);";
  const blocks = [EXTENSION, program].map((code) => `\`\`\`ts\n${code}\n\`\`\``);
  t.deepEqual(await exampleFaults([page(blocks.join('\n\n'))]), []);
});

test('an example that does not compile is a fault, with its line in the page', async (t) => {
  const wrong = EXTENSION.replace('allow()', 'process.exit()');
  const [fault, ...more] = await exampleFaults([page(`# Title\n\n\`\`\`ts\n${wrong}\n\`\`\``)]);
  t.deepEqual(more, []);
  t.regex(fault ?? '', /^README\.md:5: .*process/);
});

test('a whole configuration with a fault is a fault, with its line in the page', async (t) => {
  const faults = await exampleFaults([page('```yaml\nversion: 1\nsevrices: []\n```')]);
  t.true(faults.some((fault) => fault.startsWith('README.md:3: ')));
});

test('every dependency has a reason, and every reason a dependency', (t) => {
  t.deepEqual(dependencyFaults(), []);
});
