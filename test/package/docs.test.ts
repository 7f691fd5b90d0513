import test from 'ava';

import { commandFaults } from '../../scripts/docs/commands.ts';
import { dependencyFaults } from '../../scripts/docs/dependencies.ts';
import { exampleFaults } from '../../scripts/docs/examples.ts';
import { linkFaults } from '../../scripts/docs/links.ts';
import { type Page, readPages } from '../../scripts/docs/pages.ts';

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

test('a part of a configuration is put where it belongs, and its faults are told', async (t) => {
  const parts = {
    'server: { public_url: https://files.example.com, tls: { certificate: a.crt, key: a.key } }': 0,
    'grant: { fetch: [{ origin: https://hr.example.com, allow: [GET /v2/*] }] }': 0,
    'password_expires: 2027-05-31': 0,
    'requests: { secrets: [hr_key] }': 0,
    'requests: { secrets: hr key }': 1,
    'sesion: { idle: 5m }': 1,
    'session: { idle: 5 }': 1,
    'grant: { fetch: [{ origin: https://hr.example.com, alow: [] }] }': 1,
    'a: [': 1,
  };
  for (const [code, faults] of Object.entries(parts)) {
    // oxlint-disable-next-line no-await-in-loop -- one message for each
    const found = await exampleFaults([page(`\`\`\`yaml\n${code}\n\`\`\``)]);
    t.is(Math.min(found.length, 1), faults, `${code}: ${found.join('; ')}`);
  }
});

test('an extension in a page is granted what it asks for, and given the config that it needs', async (t) => {
  const entry = 'extensions:\n  - source: ./extensions/department-gate\n';
  const grant =
    "    grant: { tokens: [{ resource: https://graph.microsoft.com, allow: ['GET /v1.0/me'] }] }\n";
  const config = '    config: { departments: [Finance] }\n';
  const faultsOf = (text: string) => exampleFaults([page(`\`\`\`yaml\n${text}\`\`\``)]);
  t.deepEqual(await faultsOf(entry + grant + config), []);
  t.regex((await faultsOf(entry + config)).join(), /cannot do without/);
  t.regex((await faultsOf(entry + grant)).join(), /does not fit the extension/);
});

test('commands and options that there are, and shell that parses, are no fault', (t) => {
  const code =
    'npx entrada check --config a.yaml  # --nothing\nentrada serve --extensions=off && ls';
  t.deepEqual(commandFaults([page(`\`\`\`sh\n${code}\n\`\`\``)]), []);
  t.deepEqual(commandFaults([page('```console\n$ entrada schema\n--nothing\n```')]), []);
});

for (const line of ['entrada chekc', 'entrada serve --port 1', 'entrada sessions lst', 'if then']) {
  test(`a line such as ${line} is a fault, with its line in the page`, (t) => {
    const [fault, ...more] = commandFaults([page(`\n\`\`\`sh\nls\n${line}\n\`\`\``)]);
    t.deepEqual(more, []);
    t.regex(fault ?? '', /^README\.md:4: /);
  });
}

test('every example and every command of every page holds', async (t) => {
  const pages = readPages();
  t.deepEqual(commandFaults(pages), []);
  t.deepEqual(await exampleFaults(pages), []);
});
