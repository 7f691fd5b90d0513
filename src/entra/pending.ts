import { isLately, type Clock } from '../clock.ts';
import { EntraLimitError } from './entra-error.ts';
import type { EntraLimits } from './limits.ts';

/** Counts the sign-ins that one address began and did not finish, so that none fills the store for the others. */
export interface Pending {
  /** @throws {EntraLimitError} `ENTRA_TOO_MANY_PENDING` when the address has its share. */
  admit(address: string): void;
  /** One of the address's sign-ins came back. */
  release(address: string): void;
  /** Addresses that are remembered. */
  readonly size: number;
}

/** Counts in memory: a restart forgives, and an address that is not heard of for a transaction's time is forgotten. */
export function createPending(limits: EntraLimits, clock: Clock): Pending {
  /** When each pending sign-in began, by network; networks in the order of their last beginning. */
  const begun = new Map<string, readonly number[]>();

  const recent = (network: string): readonly number[] =>
    (begun.get(network) ?? []).filter((at) => isLately(at, limits.signInMs, clock()));

  function forget(): void {
    for (const [network, times] of begun) {
      if (isLately(times.at(-1) ?? 0, limits.signInMs, clock())) return;
      begun.delete(network);
    }
  }

  return {
    admit: (address) => {
      forget();
      const network = networkOf(address);
      const times = recent(network);
      if (times.length >= limits.pendingPerAddress) throw tooMany('one address');
      begun.delete(network);
      begun.set(network, [...times, clock()]);
    },
    release: (address) => {
      const network = networkOf(address);
      const times = recent(network).slice(1);
      if (times.length > 0) begun.set(network, times);
      else begun.delete(network);
    },
    get size() {
      return begun.size;
    },
  };
}

/** @param who As in "one address". */
export function tooMany(who: string): EntraLimitError {
  return new EntraLimitError('ENTRA_TOO_MANY_PENDING', `${who} began too many sign-ins`, {
    actor: 'nobody',
    next: 'Wait two minutes, then sign in again.',
  });
}

/** Whoever has an IPv6 address has 2^64 of them: its /64 counts. IPv4 counts whole, mapped into IPv6 or not. */
export function networkOf(address: string): string {
  const canonical = URL.parse(`http://[${address.split('%', 1)[0]}]/`)?.hostname.slice(1, -1);
  if (canonical === undefined) return address;
  const [head = '', tail] = canonical.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => '0');
  const all = [...groups, ...(tail === undefined ? [] : zeros), ...rest];
  return canonical.startsWith('::ffff:') ? canonical : all.slice(0, 4).join(':');
}
