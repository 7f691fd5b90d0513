/** The host, for the parts that are evaluated long after installation. */
import type { Host } from './host.ts';

export let host: Host;

/** Tells every part which host there is. Called once, before guest code. */
export function useHost(given: Host): void {
  host = given;
}
