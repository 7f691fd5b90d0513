import test from 'ava';

import { commandName } from '../../src/cli/command-name.ts';

const CALLED = {
  'by npx': [{ npm_lifecycle_event: 'npx', npm_lifecycle_script: "'entrada'" }, 'npx entrada'],
  'in a clone': [
    {
      npm_lifecycle_event: 'start',
      npm_lifecycle_script: 'node --conditions=entrada:source src/cli/main.ts demo',
    },
    'npm run entrada --',
  ],
  'by a script of an extension': [
    { npm_lifecycle_event: 'check', npm_lifecycle_script: 'entrada extension check' },
    'entrada',
  ],
  'by a program that npx runs': [
    { npm_lifecycle_event: 'npx', npm_lifecycle_script: "'ava'" },
    'entrada',
  ],
  'by its name': [{}, 'entrada'],
} as const;

for (const [how, [environment, name]] of Object.entries(CALLED)) {
  test(`whoever called it ${how} is told to call it as ${name}`, (t) => {
    t.is(commandName(environment), name);
  });
}
