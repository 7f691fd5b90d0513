import { ExpiringMap } from '../expiring-map.ts';
import { cookieOf, type EmulatorRequest } from '../http/request.ts';
import { newGuid, randomText } from '../stable-id.ts';
import type { Person } from '../tenant/person.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { EmulatorTime } from '../time.ts';

/** One account that a browser is signed in with. */
export interface SignedInAccount {
  readonly tenantId: string;
  readonly oid: string;
  /** Who signed in; somebody who has the name since is another. */
  readonly person: Person;
  /** Session id, as ID tokens and front-channel logout name it. */
  readonly sid: string;
  /** Last proof of identity. Unit: milliseconds since 1970-01-01 UTC. */
  authenticatedAt: number;
  amr: readonly string[];
  acrs: readonly string[];
  /** Of the person when the identity was proved. */
  generation: number;
  /** Application ids that were signed in to. */
  readonly applications: Set<string>;
}

/** A browser, known by its cookie. */
export interface BrowserSession {
  readonly id: string;
  readonly accounts: Map<string, SignedInAccount>;
}

/** Cookie of a browser at the login host, named after the real one. */
export const SESSION_COOKIE = 'ESTSAUTHPERSISTENT';

const MAX_SESSIONS = 50_000;
/** Unit: milliseconds. */
const SESSION_MS = 90 * 86_400_000;

/** Single sign-on: which browsers are signed in, and with which accounts. */
export class BrowserSessions {
  readonly #time: EmulatorTime;
  readonly #sessions: ExpiringMap<BrowserSession>;

  constructor(time: EmulatorTime) {
    this.#time = time;
    this.#sessions = new ExpiringMap(time, MAX_SESSIONS);
  }

  /** The session that the request's cookie names. */
  of(request: EmulatorRequest): BrowserSession | undefined {
    return this.#sessions.get(cookieOf(request, SESSION_COOKIE) ?? '');
  }

  /** The session with this id. */
  byId(id: string): BrowserSession | undefined {
    return this.#sessions.get(id);
  }

  /** The session of the request, or a new one without accounts. */
  open(request: EmulatorRequest): BrowserSession {
    const known = this.of(request);
    if (known !== undefined) return known;
    const session = { id: randomText(24), accounts: new Map<string, SignedInAccount>() };
    this.#sessions.set(session.id, session, this.#time.now() + SESSION_MS);
    return session;
  }

  /** Signs a person in; a person who is signed in already keeps the session id and proves again who they are. */
  signIn(
    session: BrowserSession,
    tenant: Tenant,
    person: Person,
    amr: readonly string[],
  ): SignedInAccount {
    const key = accountKey(tenant.id, person.oid);
    const known = session.accounts.get(key);
    const account: SignedInAccount = (known?.person === person ? known : undefined) ?? {
      tenantId: tenant.id,
      oid: person.oid,
      person,
      sid: newGuid(),
      authenticatedAt: 0,
      amr,
      acrs: [],
      generation: person.generation,
      applications: new Set(),
    };
    account.authenticatedAt = this.#time.now();
    account.amr = amr;
    account.generation = person.generation;
    session.accounts.set(key, account);
    return account;
  }

  /** The account, unless the person was removed or the sessions were revoked since. */
  account(session: BrowserSession, tenant: Tenant, oid: string): SignedInAccount | undefined {
    const account = session.accounts.get(accountKey(tenant.id, oid));
    const person = tenant.directory.person(oid);
    if (account === undefined || account.person !== person) return undefined;
    return account.generation < person.generation ? undefined : account;
  }

  /** Accounts of a tenant that are signed in in this browser. */
  accountsOf(session: BrowserSession | undefined, tenant: Tenant): readonly SignedInAccount[] {
    return [...(session?.accounts.values() ?? [])].filter(
      ({ tenantId, oid }) =>
        tenantId === tenant.id &&
        session !== undefined &&
        this.account(session, tenant, oid) !== undefined,
    );
  }

  /** Signs an account out in this browser. */
  signOut(session: BrowserSession, account: SignedInAccount): void {
    session.accounts.delete(accountKey(account.tenantId, account.oid));
  }

  /** Ends every session of every browser. */
  clear(): void {
    this.#sessions.clear();
  }
}

const accountKey = (tenantId: string, oid: string): string => `${tenantId}|${oid}`;
