import { isEntradaError, systemCode } from '../errors.ts';
import { EXIT, Exit } from './exit.ts';
import { mark, say } from './say.ts';

/** What to do where a new folder cannot be written. */
export const ANOTHER_FOLDER = 'Name another folder, new or empty, in one that you may write to.';

/**
 * Does what writes files. When the system does not let it, that is said with what to do, and the command ends.
 *
 * @param what What is written to, as a sentence begins.
 * @param next What to do about it.
 * @throws {Exit} 1 when the system has something against it.
 */
export function orUnwritable<Result>(what: string, next: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    const code = systemCode(error);
    if (code === '' || isEntradaError(error)) throw error;
    say(`${mark('error')} ${what} cannot be written to (${code})`);
    say(`  ${next}`);
    throw new Exit(EXIT.failed);
  }
}
