/**
 * Resolves with the first signal that asks the process to end; a second one ends it at once. `SIGPIPE`: whoever read standard
 * output is gone. It is not listened for as a signal, which peers that close a connection would send as well.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      resolve(signal);
    });
  }
  process.stdout.once('error', () => resolve('SIGPIPE'));
  return promise;
}
