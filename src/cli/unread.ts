import { systemCode } from '../errors.ts';
import { EXIT } from './exit.ts';
import { mark, say } from './say.ts';

/**
 * Keeps a process from ending where it stands when nobody takes what it prints. A reader that has read enough (`| head`) is no
 * fault: a command does the rest of what it was told, unread. A full disk is one. What runs until it is stopped ends in order:
 * `untilStopped`.
 */
export function bearUnread(): void {
  process.stdout.on('error', (error) => {
    if (isReaderGone(error) || process.exitCode === EXIT.failed) return;
    process.exitCode = EXIT.failed;
    say(`${mark('error')} standard output cannot be written (${systemCode(error)})`);
  });
  process.stderr.on('error', () => {}); // there is nowhere left to say it
}

const isReaderGone = (error: unknown): boolean => systemCode(error) === 'EPIPE';
