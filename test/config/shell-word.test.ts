import { execFileSync } from 'node:child_process';

import test from 'ava';

import { shellWord } from '../../src/config/shell-word.ts';

for (const text of [
  'a b',
  "it's",
  '"a"',
  '$HOME',
  '`id`',
  'a;b',
  'a\\b',
  '~',
  '*',
  '',
  'ü',
  '#a',
]) {
  test(`a shell reads ${JSON.stringify(text)} as one word, letter by letter`, (t) => {
    const read = execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
    t.is(read, text);
  });
}

test('what means nothing to a shell stays as it is', (t) => {
  t.is(shellWord('/etc/entrada/tls/server-1.key'), '/etc/entrada/tls/server-1.key');
});
