import type { SessionDesk } from '../extensions/broker/sessions.ts';
import { ExtensionSessions } from '../session/extension-sessions.ts';
import type { Sessions } from '../session/sessions.ts';
import { createSessions, SESSION } from '../session/stored-sessions.ts';
import { createTokenVault } from '../session/token-vault.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store/store.ts';
import type { MadeUpSignIn } from './made-up.ts';
import { MadeUpPerson } from './person.ts';

/** A day: longer than any test. Unit: milliseconds. */
const LIFE_MS = 24 * 3_600_000;

/** People who are signed in while a test runs: their sessions are kept, and ended, as at a gateway. */
export class MadeUpSessions {
  readonly #store: Store;
  readonly #sessions: Sessions;
  readonly #ends: ExtensionSessions;
  readonly #given: readonly MadeUpSignIn[];
  /** Ids of sessions, in the order of those that were given. */
  #ids: readonly string[] = [];

  constructor(given: readonly (MadeUpSignIn | MadeUpPerson)[], store: Store, clock: Clock) {
    this.#store = store;
    this.#given = given.map((one) => (one instanceof MadeUpPerson ? one.signIn() : one));
    const vault = createTokenVault(store, clock);
    const lives = { idleMs: LIFE_MS, absoluteMs: LIFE_MS };
    this.#sessions = createSessions({ store, vault, clock, services: [], methods: [], ...lives });
    this.#ends = new ExtensionSessions({
      sessions: this.#sessions,
      methods: this.#given.map(({ method: { id }, principal: { tid } }) => ({ id, tid })),
      clock,
      log: { warn: () => undefined },
    });
  }

  /** Signs everybody in. */
  async begin(): Promise<void> {
    const created = this.#given.map((signIn) => this.#sessions.create(sessionOf(signIn)));
    await this.#store.commit(created.flatMap(({ changes }) => changes));
    this.#ids = created.map(({ session }) => session.id);
  }

  /** What an extension may do about them; it applies to all methods. */
  deskOf(name: string): SessionDesk {
    return this.#ends.of({ name, config: { appliesTo: [] } });
  }

  /** Who is signed in now, in the order in which they were given. */
  async left(): Promise<readonly MadeUpSignIn[]> {
    const found = await Promise.all(this.#ids.map((id) => this.#store.get(SESSION, id)));
    return this.#given.filter((_, index) => found[index] !== undefined);
  }
}

function sessionOf({
  id,
  principal,
  method,
  service,
  request,
  tokens,
}: MadeUpSignIn): Parameters<Sessions['create']>[0] {
  return {
    signIn: id,
    method: method.id,
    principal: { ...principal, home: null, headers: {} },
    service,
    sid: null,
    tokens,
    tokenSet: null,
    address: request.address,
    userAgent: request.userAgent,
  };
}
