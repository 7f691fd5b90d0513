import type { EndSessionsCall, HostAnswer } from '../../../sandbox/contract.ts';
import type { SessionDesk } from '../broker/sessions.ts';
import type { Fixture } from './fixture.ts';

type Counts = NonNullable<Fixture['sessions']>;

/** The sessions that a fixture speaks of: each answer is given once, and then there are none any more. */
export function fixtureSessions({ sessions = {} }: Pick<Fixture, 'sessions'>): SessionDesk {
  const left = new Map(Object.entries(sessions).map(([oid, counts]) => [oid, [counts].flat()]));
  return {
    count: async ({ oid }) => left.get(oid)?.[0] ?? 0,
    end: async ({ oid }) => left.get(oid)?.shift() ?? 0,
  };
}

/** How many sessions an invocation ended, by what it was answered. */
export class HeardSessions {
  readonly #counts = new Map<string, number[]>();

  hear(op: string, argument: string, answer: string): void {
    if (op !== 'sessions.end') return;
    const told: HostAnswer = JSON.parse(answer);
    if (!told.ok || typeof told.value !== 'number') return;
    const { oid }: EndSessionsCall = JSON.parse(argument);
    this.#counts.set(oid, [...(this.#counts.get(oid) ?? []), told.value]);
  }

  /** As a fixture says it: nothing where nothing was asked. */
  get counts(): { readonly sessions?: Counts } {
    return this.#counts.size === 0 ? {} : { sessions: Object.fromEntries(this.#counts) };
  }
}
