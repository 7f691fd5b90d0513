import { readFileSync } from 'node:fs';

import test from 'ava';

import { runCli } from '../_support/cli.ts';

/** Command lines that are wrong, and what is said of them. */
const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [[], /^Usage: entrada/],
  [['chek'], /unknown command 'chek'\n\(Did you mean check\?\)\nWhat there is: entrada --help/],
  [['sessions', 'lst'], /unknown command 'lst'[^]*What there is: entrada sessions --help/],
  [['serve', '--confg', 'x.yaml'], /unknown option '--confg'\n\(Did you mean --config\?\)/],
  [['serve', 'now'], /too many arguments/],
  [['serve', '--extensions', 'maybe'], /write on or off/],
  [['demo', '--port', '70000'], /a port is a number from 0 to 65535/],
  [['emulator', '--port', 'https'], /a port is a number from 0 to 65535/],
  [['emulator', '--port', ''], /a port is a number from 0 to 65535/],
  [['emulator', 'missing.yaml'], /missing\.yaml cannot be read \(ENOENT\)\n {2}Name a YAML file/],
  [['init', ''], /name a folder/],
  [['serve', '--record', ''], /name a folder/],
  [['check', '--wait', 'soon'], /write a duration such as 30s or 5m/],
  [['extension', 'list', '--config', 'missing.yaml'], /CONFIG_UNREADABLE/],
  [['extension', 'doctor', '--only', 'Two Words'], /write the name of a check/],
  [['extension', 'run', 'decide', '--inspect', '65536'], /from 0 to 65535/],
  [['keygen', '--id', 'two words'], /A key id has/],
  [['init', '--public-url', 'http://files.example.com'], /https origin/],
  [['init', '--public-url', 'https://files.example.com/'], /https origin/],
  [['sessions'], /^Usage: entrada sessions/],
  [['sessions', 'revoke'], /name a session, or a person/],
  [['sessions', 'revoke', 'an-id', '--person', 'jane'], /name a session, or a person/],
];

for (const [args, says] of WRONG) {
  test(`entrada ${args.join(' ')} is wrong usage`, async (t) => {
    const { code, stdout, stderr } = await runCli(args);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, says);
    t.notRegex(stderr, /\n +at /, 'no stack');
  });
}

/** Makes a process say that it is another Node.js. */
const OLDER = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.2'}})`;

test('another Node.js than the one that Entrada runs on is wrong usage', async (t) => {
  const env = { NODE_OPTIONS: `--import=${encodeURI(OLDER)}` };
  const { code, stderr } = await runCli(['--version'], { env });
  t.is(code, 2);
  t.regex(stderr, /^Entrada runs on Node\.js 26; this is 20\.1\.2\./);
});

test('a Node.js without what newer ones have is told, too', (t) => {
  const main = readFileSync(new URL('../../src/cli/main.ts', import.meta.url), 'utf8');
  const [before = ''] = main.split('versions.node');
  t.notRegex(before, /import \{/, 'a name that is not there would end it before it can say so');
});
