/** Time as the platform shows it: never backwards. Unit: milliseconds since the invocation began. */
import { host } from './services.ts';

let origin = 0;
let latest = 0;

/** Starts the clock, or starts it anew where it became another time. */
export function startClock(): void {
  origin = host.now();
  latest = 0;
}

/** Milliseconds since 1970-01-01 UTC. */
export function epoch(): number {
  return host.now();
}

export function now(): number {
  const elapsed = host.now() - origin;
  if (elapsed > latest) latest = elapsed;
  return latest;
}

/** Milliseconds since 1970-01-01 UTC at which `now()` was 0. */
export function timeOrigin(): number {
  return origin;
}
