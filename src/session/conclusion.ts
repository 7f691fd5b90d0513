import type { Challenge, JsonObject, Principal, TokenMetadata } from '../../sandbox/contract.ts';
import type { ServiceConfig } from '../config/config.ts';
import type { TokenSet } from '../entra/identity.ts';
import type { TokenSource } from '../extensions/broker/handles.ts';
import type { SignInSubject } from '../extensions/invoke.ts';
import type { Enqueued } from '../extensions/judge.ts';
import { admission } from '../principal/admission.ts';
import type { Change } from '../store/store.ts';
import { applyPatches } from './apply-patches.ts';
import type { Attempt, Ending } from './attempt.ts';
import {
  adviceOf,
  ALLOWED,
  type OneMoreRound,
  Refusal,
  type RefusedEnding,
  refusalOf,
  wantsConsent,
} from './ending.ts';
import { bindName } from './name-binding.ts';
import type { EndedSignIn } from './outbox.ts';
import type { SignInRecord } from './record.ts';
import type { SessionPrincipal } from './session.ts';
import type { SignInFlowDeps } from './sign-in-flow.ts';
import type { SignInOutcome } from './sign-in.ts';

/** Somebody whom a method vouches for, before any extension was asked about them. */
export interface Vouched {
  readonly principal: Principal;
  /** What extensions may use, and what they may know of it. */
  readonly tokens: TokenSource;
  readonly metadata: readonly TokenMetadata[];
  /** What the session keeps; null when there is nothing. */
  readonly tokenSet: TokenSet | null;
  /** Session at Entra; null when there is none. */
  readonly sid: string | null;
  /** One more round, where the method has such a thing. */
  challenge(challenge: Challenge): Promise<Refusal | OneMoreRound>;
}

/** A session that was made. */
export interface Concluded {
  readonly service: ServiceConfig;
  /** Value of its cookie: the only time it is known. */
  readonly cookie: string;
}

/** What extensions made of a principal. */
interface Enriched {
  readonly principal: SessionPrincipal;
  readonly lifetimes: { readonly idleMs?: number; readonly absoluteMs?: number };
}

/** What every sign-in ends with, whichever method vouched for the person: extensions, the last checks, session, record. */
export class Conclusion {
  readonly #deps: SignInFlowDeps;
  readonly #attempt: Attempt;
  readonly #request: { readonly address: string; readonly userAgent: string };
  #shared: JsonObject = {};
  #enqueued: readonly Enqueued[] = [];

  constructor(
    deps: SignInFlowDeps,
    attempt: Attempt,
    request: { readonly address: string; readonly userAgent: string },
  ) {
    this.#deps = deps;
    this.#attempt = attempt;
    this.#request = request;
  }

  /** From the principal to the session, one step after the other; the first that says no is returned. */
  async run(vouched: Vouched): Promise<Concluded | Refusal | OneMoreRound> {
    const enriched = await this.#askExtensions(vouched);
    if (!('lifetimes' in enriched)) return enriched;
    return this.#attempt.step('session', () => this.#admit(vouched, enriched));
  }

  /** Keeps the record, in one commit with everything that the sign-in makes. */
  async end(
    ending: Ending,
    changes: readonly Change[],
    session: string | null = null,
  ): Promise<void> {
    const record = this.#attempt.record(ending);
    // An answer that belongs to no sign-in leaves a line in the log, and nothing that anybody could fill the store with.
    const kept = this.#attempt.service ? this.#kept(record, session) : [];
    await this.#deps.store.commit([...changes, ...kept]);
    this.#deps.ended(record);
  }

  #kept(record: SignInRecord, session: string | null): readonly Change[] {
    const { records, outbox } = this.#deps;
    const told = { record, session, shared: this.#shared, enqueued: this.#enqueued };
    return [records.put(record), ...(outbox?.signInEnded(told) ?? [])];
  }

  async #askExtensions(vouched: Vouched): Promise<Enriched | Refusal | OneMoreRound> {
    const { extensions } = this.#deps;
    const { principal } = vouched;
    if (!extensions) return this.#enrichedBy([], principal);
    const subject = this.#subjectOf(vouched);
    const decided = await this.#attempt.step('decide', () => extensions.decide(subject));
    this.#attempt.ran(decided.records);
    this.#keep(decided);
    const { combined } = decided;
    if (combined.decision === 'challenge') return vouched.challenge(combined.challenge);
    if (combined.decision !== 'allow') return refusalOf(combined);
    const { patches, failed, challenge, records, shared, enqueued } = await this.#attempt.step(
      'enrich',
      () => extensions.enrich(subject, decided.shared),
    );
    this.#attempt.ran(records);
    this.#keep({ shared, enqueued });
    if (failed) return refusalOf({ decision: 'failed', ...failed });
    return challenge ? vouched.challenge(challenge) : this.#enrichedBy(patches, principal);
  }

  /** For what is done in the background. */
  #keep({ shared, enqueued }: Pick<EndedSignIn, 'shared' | 'enqueued'>): void {
    this.#shared = { ...this.#shared, ...shared };
    this.#enqueued = [...this.#enqueued, ...enqueued];
  }

  #enrichedBy(
    patches: Parameters<typeof applyPatches>[1],
    principal: Principal,
  ): Enriched | Refusal {
    const patched = applyPatches(principal, patches, this.#deps.config);
    if (!patched.ok) {
      const reason = `${patched.extension}: ${patched.why}`;
      return new Refusal('failed', 'SIGN_IN_ENRICHMENT_REFUSED', { reason });
    }
    this.#attempt.enriched(patched.principal);
    return patched;
  }

  #subjectOf({ principal, metadata, tokens }: Vouched): SignInSubject {
    const { id, method, service, path } = this.#attempt;
    const { address, userAgent } = this.#request;
    return {
      signIn: {
        id,
        principal,
        method: { id: method.id, type: method.type, name: method.name },
        service: { type: service?.type ?? '', path: service?.path ?? '' },
        request: { address, userAgent, path },
        tokens: metadata,
      },
      tokens,
      clients: this.#deps.clients(method.id),
    };
  }

  /** The last checks, and then everything that the sign-in makes in one commit. */
  async #admit(
    { sid, metadata, tokenSet }: Vouched,
    { principal, lifetimes }: Enriched,
  ): Promise<Concluded | Refusal> {
    const { id, service, method } = this.#attempt;
    const { address, userAgent } = this.#request;
    if (!service)
      return new Refusal('failed', 'SERVER_NOT_FOUND', { reason: 'the service is gone' });
    const notAdmitted = admission(service.type, principal);
    if (notAdmitted) return new Refusal('denied', notAdmitted);
    const binding = await bindName(principal, this.#deps.store, this.#deps.clock());
    if (!binding) return new Refusal('denied', 'SIGN_IN_NAME_TAKEN');
    const leasedUntil = this.#deps.outbox?.leaseFor(method.id, this.#enqueued.length) ?? null;
    const created = this.#deps.sessions.create({
      signIn: id,
      service,
      method: method.id,
      principal,
      sid,
      tokens: metadata,
      tokenSet,
      address,
      userAgent,
      ...lifetimes,
      ...(leasedUntil === null ? {} : { leasedUntil }),
    });
    await this.end(ALLOWED, [...created.changes, ...binding], created.session.id);
    return { service, cookie: created.cookie };
  }
}

/**
 * What the server is told of a sign-in that made a session.
 *
 * @param clear Name of the transaction's cookie; null when there was none.
 */
export function allowedOutcome(
  { id, path: returnTo }: Attempt,
  { service, cookie }: Concluded,
  clear: string | null,
): SignInOutcome {
  return { outcome: 'allowed', id, service, returnTo, cookie, clear };
}

/** What the server is told of a sign-in that made none. */
export function refusedOutcome(
  { id, service, path, correlationId }: Attempt,
  ending: RefusedEnding,
  {
    clear,
    adminConsentUrl,
  }: { readonly clear: string | null; readonly adminConsentUrl: string | null },
): Extract<SignInOutcome, { outcome: 'denied' | 'failed' }> {
  const { outcome, code, message, denial, actor } = ending;
  return {
    outcome,
    id,
    service,
    returnTo: service ? path : null,
    code,
    message,
    ...(denial === null ? {} : { denial }),
    actor,
    advice: adviceOf(ending),
    adminConsentUrl: wantsConsent(ending) ? adminConsentUrl : null,
    correlationId,
    clear,
  };
}
