import type { ReadyCheck } from './parts.ts';

/**
 * What a gateway needs before it should get traffic: its store, and runners where it has extensions.
 *
 * @param extensions Null when they are off.
 */
export function readyChecks(
  store: { ping(): Promise<void> },
  extensions: { readonly ready: boolean } | null,
): readonly ReadyCheck[] {
  return [
    { name: 'store', check: () => store.ping() },
    {
      name: 'runners',
      check: async () => {
        if (extensions && !extensions.ready) throw new Error('no runner takes work now');
      },
    },
  ];
}
