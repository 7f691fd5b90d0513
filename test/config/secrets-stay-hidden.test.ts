import test from 'ava';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { formatFaults } from '../../src/config/format-faults.ts';
import { entraId, extension, fileWith, readText } from '../_support/config-file.ts';

/** Parts of secrets, each by itself long enough to be told from anything else. */
const SECRETS = {
  password: 'hunter2hunter2',
  key: '6dZ0cJ0nVqHhJm3xk1oQeU2yWv9sTzR4bLaPfGiCuXw',
  url: 'sig=correcthorse',
  value: 'batterystaple',
  proxy: 'troubadour@',
};

const FILE = fileWith({
  keys: [`k1:${SECRETS.key}`],
  authentications: [
    entraId({
      password: SECRETS.password,
      api_scopes: ['User.Read'],
      proxy: `http://user:${SECRETS.proxy}proxy.example:3128`,
    }),
  ],
  extensions: [
    extension({
      grant: {
        fetch: [{ name: 'teams', url: `https://a.example/?${SECRETS.url}`, allow: ['POST'] }],
        secrets: { hr: { value: SECRETS.value } },
      },
    }),
  ],
});

const BLOCK = stringify(FILE);
const FLOW = stringify(FILE, { collectionStyle: 'flow' });
const QUOTED = stringify(FILE, { defaultStringType: 'QUOTE_DOUBLE' });

/** Everything that is said of a text, in every form. */
function saidOf(text: string): string {
  const { faults } = readText(text);
  return [
    formatFaults(faults, { color: false }),
    formatFaults(faults, { color: true }),
    JSON.stringify(faults),
  ].join('\n');
}

/** Secrets that can be read in what is said. */
function leaks(text: string): readonly string[] {
  const said = saidOf(text);
  return Object.values(SECRETS).filter((secret) => said.includes(secret));
}

/** A text with one slip: a piece of it replaced by a few characters. */
function slip(text: string): fc.Arbitrary<string> {
  const characters = fc.constantFrom(
    '',
    ' ',
    '\n',
    ':',
    ': ',
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    '-',
    '#',
    ',',
    '\t',
    'x',
    '|',
    '&a ',
    '*a',
    '!',
    '%',
    '=',
    '\n  ',
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(1), characters)
    .map(([at, length, put]) => `${text.slice(0, at)}${put}${text.slice(at + length)}`)
    .filter((slipped) => Object.values(SECRETS).every((secret) => slipped.includes(secret)));
}

test('no fault of a file with a slip of the hand shows a secret', (t) => {
  const texts = fc.oneof(...[BLOCK, FLOW, QUOTED].map(slip));
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(Object.values(SECRETS).every((secret) => text.includes(secret)));
      t.deepEqual(leaks(text), [], text);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 500) },
  );
});
