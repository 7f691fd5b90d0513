import { readFileSync } from 'node:fs';
import path from 'node:path';

import test from 'ava';

const SANDBOX = path.resolve(import.meta.dirname, '../../sandbox');
const SDK = readFileSync(path.join(SANDBOX, 'sdk.ts'), 'utf8');

/** Types of the contract that an author can name. */
const named = new Set(
  /export type \{([^}]*)\} from '\.\/contract\.ts'/.exec(SDK)?.[1]?.match(/\w+/g),
);

/** What an editor has nothing to show for: exported types and functions, and members of types, with their line. */
function undocumented(text: string, counts: (type: string) => boolean): readonly string[] {
  const lines = text.split('\n');
  let type = '';
  return lines.flatMap((line, index) => {
    const begun = /^export (?:interface|type|function) (\w+)/.exec(line)?.[1];
    if (begun !== undefined) type = begun;
    const member = /^ {2}readonly ('[^']+'|\w+|\[\w+)/.exec(line)?.[1];
    const isOurs = (begun ?? member) !== undefined && counts(type);
    const hasDocs = lines[index - 1]?.trim().endsWith('*/');
    return isOurs && !hasDocs ? [`${index + 1}: ${type} ${member ?? ''}`] : [];
  });
}

test('an editor has something to show for every hook, event, member of ctx and result', (t) => {
  t.true(named.size >= 20);
  t.deepEqual(
    undocumented(SDK, () => true),
    [],
  );
  const contract = readFileSync(path.join(SANDBOX, 'contract.ts'), 'utf8');
  t.deepEqual(
    undocumented(contract, (type) => named.has(type)),
    [],
  );
});

test('a member without docs is found', (t) => {
  const text =
    '/** A. */\nexport interface A {\n  /** B. */\n  readonly b: 1;\n  readonly c: 2;\n}';
  t.deepEqual(
    undocumented(text, () => true),
    ['5: A c'],
  );
});
