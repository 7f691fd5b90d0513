import type { HookRun } from '../../src/extensions/invoke.ts';

/** A run of a schedule that has nothing to do with anybody. */
export const scheduleRun = ({ tokens, clients }: Pick<HookRun, 'tokens' | 'clients'>): HookRun => ({
  hook: 'schedule',
  told: { at: 0 },
  attempt: 1,
  idempotencyKey: 'x',
  signIn: 'x',
  tokens,
  clients,
});
