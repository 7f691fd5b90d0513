import type { EntraGroup, GroupRef } from '../../sandbox/contract.ts';

/** How the groups that were read became groups of Entrada. */
export interface GroupMatch {
  readonly base: readonly GroupRef[];
  readonly matched: readonly GroupRef[];
  /** Read from Entra, and no group of Entrada has the name. */
  readonly ignored: readonly EntraGroup[];
}
