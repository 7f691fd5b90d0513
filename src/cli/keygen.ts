import { randomBytes } from 'node:crypto';

import { Command, InvalidArgumentError } from 'commander';

import { generateKey } from '../config/keys.ts';
import { print } from './say.ts';

/** `entrada keygen`: a key that encrypts the store. */
export function keygenCommand(): Command {
  return new Command('keygen')
    .description('print a new key for the store: one line for the file that keys names')
    .option(
      '--id <id>',
      'name of the key: records say which key sealed them (default: a random one)',
      keyOf,
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ entrada keygen >> secrets/keys.txt   # the first line encrypts, all decrypt',
    )
    .action(({ id: key }: { id?: string }) => print(key ?? keyOf(randomBytes(3).toString('hex'))));
}

function keyOf(id: string): string {
  try {
    return generateKey(id);
  } catch (error) {
    throw error instanceof RangeError ? new InvalidArgumentError(error.message) : error;
  }
}
