/** Why a process that runs until it is stopped has to end: `unread` when nobody takes what it prints. */
export type Stop = NodeJS.Signals | 'unread';

/**
 * Resolves with the first signal that asks the process to end; a second one ends it at once. Or when standard output cannot be
 * written any more: whoever watched has gone, or the log is lost.
 */
export function untilStopped(): Promise<Stop> {
  const { promise, resolve } = Promise.withResolvers<Stop>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      resolve(signal);
    });
  }
  process.stdout.once('error', () => resolve('unread'));
  return promise;
}
