/** What ends a process that does nothing about it, and is sent to more than one. */
const MEANT_FOR_THE_GATEWAY = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/**
 * Does nothing at a signal that asks a program to end. A terminal sends it to all processes of its program, and systemd to
 * all of a service: the gateway hears it too, ends what it has begun, for which it needs its runners, and closes their pipes.
 */
export function outlastSignals(): void {
  for (const signal of MEANT_FOR_THE_GATEWAY) process.on(signal, () => undefined);
}
