import type { Challenge, Principal, TokenMetadata } from '../../sandbox/contract.ts';
import type { InteractiveMethod } from '../authentication/method.ts';
import type { Clock } from '../clock.ts';
import type { Config, EntraIdConfig, ServiceConfig } from '../config/config.ts';
import type { ChallengeRound } from '../entra/begin.ts';
import { EntraError, EntraInteractionError } from '../entra/entra-error.ts';
import type { FinishedSignIn } from '../entra/finish.ts';
import { cookieName } from '../entra/transaction.ts';
import type { BrokerClients } from '../extensions/broker/fetch.ts';
import type { ExtensionHost } from '../extensions/host.ts';
import type { SignInSubject } from '../extensions/invoke.ts';
import { admission } from '../principal/admission.ts';
import { buildPrincipal } from '../principal/principal.ts';
import type { Change, Store } from '../store/store.ts';
import { applyPatches } from './apply-patches.ts';
import { Attempt, type Ending } from './attempt.ts';
import {
  adviceOf,
  ALLOWED,
  CHALLENGED,
  OneMoreRound,
  Refusal,
  refusalBy,
  refusalOf,
  wantsConsent,
} from './ending.ts';
import { heldTokens } from './held-tokens.ts';
import { bindName } from './name-binding.ts';
import type { SignInRecord } from './record.ts';
import type { SignInRecords } from './records.ts';
import type { Session, SessionPrincipal } from './session.ts';
import type { Sessions } from './sessions.ts';
import type {
  BeginSignIn,
  BegunSignIn,
  SignInAnswer,
  SignInFlow,
  SignInOutcome,
} from './sign-in.ts';

/** What the way of a sign-in is made of. */
export interface SignInFlowDeps {
  readonly config: Config;
  readonly methods: ReadonlyMap<string, InteractiveMethod>;
  /** Null with `--extensions=off`. */
  readonly extensions: Pick<ExtensionHost, 'decide' | 'enrich'> | null;
  /** How the requests of extensions leave, by id of the method. */
  readonly clients: (method: string) => BrokerClients;
  readonly sessions: Sessions;
  readonly records: SignInRecords;
  readonly store: Store;
  readonly clock: Clock;
  /** Hears of every sign-in that ended, after its record was kept. */
  readonly ended: (record: SignInRecord) => void;
}

/** The way of a sign-in: method, principal, extensions, session. */
export function createSignInFlow(deps: SignInFlowDeps): SignInFlow {
  return {
    begin: (request) => begin(request, deps),
    finish: (answer) => new Finish(deps, answer).run(),
    leave: (session, state) => leave(session, state, deps),
  };
}

async function begin(request: BeginSignIn, { methods }: SignInFlowDeps): Promise<BegunSignIn> {
  const { service, method, returnTo, address } = request;
  const found = methods.get(method);
  if (!found) throw new TypeError('the server offers only methods that exist');
  return found.begin({ service: keyOf(service), returnTo, address });
}

async function leave(
  { method, principal }: Session,
  state: string,
  { methods }: SignInFlowDeps,
): Promise<string | null> {
  const hint = principal.claims['login_hint'];
  const logoutHint = typeof hint === 'string' ? hint : null;
  // The person is signed out here, whatever the tenant's hosts do.
  return (
    methods
      .get(method)
      ?.leave({ logoutHint, state })
      .catch(() => null) ?? null
  );
}

/** A service in a transaction. */
function keyOf({ type, path }: Pick<ServiceConfig, 'type' | 'path'>): string {
  return `${type} ${path}`;
}

/** From the tenant's answer to the session, one step after the other; the first that says no ends it. */
class Finish {
  readonly #deps: SignInFlowDeps;
  readonly #answer: SignInAnswer;
  readonly #method: InteractiveMethod;
  readonly #attempt: Attempt;

  constructor(deps: SignInFlowDeps, answer: SignInAnswer) {
    const method = deps.methods.get(answer.method);
    if (!method) throw new TypeError('the server routes only answers to methods that exist');
    this.#deps = deps;
    this.#answer = answer;
    this.#method = method;
    this.#attempt = new Attempt(deps.clock, answer, method);
  }

  async run(): Promise<SignInOutcome> {
    const signedIn = await this.#authenticate();
    if (signedIn instanceof OneMoreRound) return this.#sendAgain(signedIn);
    if (signedIn instanceof Refusal) return this.#refuse(signedIn);
    const principal = this.#recognise(signedIn);
    if (principal instanceof Refusal) return this.#refuse(principal);
    const enriched = await this.#askExtensions(signedIn, principal);
    if (enriched instanceof Refusal) return this.#refuse(enriched);
    if (enriched instanceof OneMoreRound) return this.#sendAgain(enriched);
    return this.#attempt.step('session', () => this.#admit(signedIn, enriched));
  }

  async #authenticate(): Promise<FinishedSignIn | Refusal | OneMoreRound> {
    const before = performance.now();
    const answer = await this.#method.finish(this.#answer);
    const durationMs = performance.now() - before;
    return answer.verdict === 'accept'
      ? this.#accepted(answer.signedIn, durationMs)
      : this.#rejected(answer.error, durationMs);
  }

  #accepted(signedIn: FinishedSignIn, durationMs: number): FinishedSignIn {
    const { tokensMs, groupsMs } = signedIn.durations;
    this.#attempt.belongsTo(this.#serviceOf(signedIn.service), signedIn.returnTo);
    this.#attempt.correlated(signedIn.correlationId);
    this.#attempt.judged({ verdict: 'accept', code: null, message: null }, durationMs);
    this.#attempt.took('callback', Math.max(0, durationMs - tokensMs - groupsMs));
    this.#attempt.took('tokens', tokensMs);
    this.#attempt.took('groups', groupsMs);
    this.#attempt.holds(tokensOf(signedIn));
    this.#attempt.remark(...signedIn.remarks);
    return signedIn;
  }

  async #rejected(error: EntraError, durationMs: number): Promise<Refusal | OneMoreRound> {
    const { code, message, signIn, correlationId } = error;
    if (signIn) this.#attempt.belongsTo(this.#serviceOf(signIn.service), signIn.returnTo);
    this.#attempt.correlated(correlationId);
    this.#attempt.judged({ verdict: 'reject', code, message }, durationMs);
    this.#attempt.took('callback', durationMs);
    const mendable = error instanceof EntraInteractionError && signIn && !signIn.challenged;
    if (!mendable) return refusalBy(error);
    const { oid = null, loginHint = null } = error.person ?? {};
    return this.#begin(signIn, { ...error.challenge, oid, loginHint });
  }

  #serviceOf(key: string): ServiceConfig | null {
    return this.#deps.config.services.find((service) => keyOf(service) === key) ?? null;
  }

  #recognise({ identity }: FinishedSignIn): Principal | Refusal {
    const before = performance.now();
    const built = buildPrincipal(identity, this.#methodConfig(), this.#deps.config);
    this.#attempt.took('principal', performance.now() - before);
    if (!built.ok) return new Refusal('denied', built.code, { reason: built.why });
    this.#attempt.recognised(built.principal, built.groups);
    return built.principal;
  }

  #methodConfig(): EntraIdConfig {
    const found = this.#deps.config.authentications.find(({ id }) => id === this.#method.id);
    if (!found) throw new TypeError('a method without a configuration');
    return found;
  }

  async #askExtensions(
    signedIn: FinishedSignIn,
    principal: Principal,
  ): Promise<Enriched | Refusal | OneMoreRound> {
    const { extensions } = this.#deps;
    if (!extensions) return this.#enrichedBy([], principal);
    const subject = this.#subjectOf(signedIn, principal);
    const decided = await this.#attempt.step('decide', () => extensions.decide(subject));
    this.#attempt.ran(decided.records);
    const { combined } = decided;
    if (combined.decision === 'challenge') return this.#challenge(combined.challenge, signedIn);
    if (combined.decision !== 'allow') return refusalOf(combined);
    const { patches, failed, challenge, records } = await this.#attempt.step('enrich', () =>
      extensions.enrich(subject, decided.shared),
    );
    this.#attempt.ran(records);
    if (failed) return refusalOf({ decision: 'failed', ...failed });
    return challenge ? this.#challenge(challenge, signedIn) : this.#enrichedBy(patches, principal);
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

  #subjectOf(signedIn: FinishedSignIn, principal: Principal): SignInSubject {
    const { type, name, id } = this.#method;
    const { address, userAgent } = this.#answer;
    const service = this.#attempt.service;
    return {
      signIn: {
        id: this.#attempt.id,
        principal,
        method: { id, type, name },
        service: { type: service?.type ?? '', path: service?.path ?? '' },
        request: { address, userAgent, path: this.#attempt.path },
        tokens: tokensOf(signedIn),
      },
      tokens: heldTokens(signedIn.tokens),
      clients: this.#deps.clients(id),
    };
  }

  /** One more round, once: whoever comes back from it is decided about without another. */
  async #challenge(
    challenge: Challenge,
    signedIn: FinishedSignIn,
  ): Promise<Refusal | OneMoreRound> {
    if (signedIn.challenged) return new Refusal('denied', 'SIGN_IN_CHALLENGE_UNMET');
    const { decision: _decision, ...asked } = challenge;
    const { preferredUsername, oid, claims } = signedIn.identity;
    const hint = claims['login_hint'];
    const loginHint = typeof hint === 'string' ? hint : preferredUsername;
    return this.#begin(signedIn, { ...asked, loginHint, oid });
  }

  async #begin(
    { service, returnTo }: Pick<FinishedSignIn, 'service' | 'returnTo'>,
    challenge: ChallengeRound,
  ): Promise<Refusal | OneMoreRound> {
    const { address } = this.#answer;
    try {
      const begun = await this.#method.begin({ service, returnTo, address, challenge });
      return new OneMoreRound(begun);
    } catch (error) {
      if (error instanceof EntraError) return refusalBy(error);
      throw error;
    }
  }

  /** The last checks, and then everything that the sign-in makes in one commit. */
  async #admit(
    signedIn: FinishedSignIn,
    { principal, lifetimes }: Enriched,
  ): Promise<SignInOutcome> {
    const service = this.#attempt.service;
    if (!service)
      return this.#refuse(
        new Refusal('failed', 'SERVER_NOT_FOUND', { reason: 'the service is gone' }),
      );
    const notAdmitted = admission(service.type, principal);
    if (notAdmitted) return this.#refuse(new Refusal('denied', notAdmitted));
    const binding = await bindName(principal, this.#deps.store, this.#deps.clock());
    if (!binding) return this.#refuse(new Refusal('denied', 'SIGN_IN_NAME_TAKEN'));
    const { accessTokens } = signedIn.tokens;
    const created = this.#deps.sessions.create({
      signIn: this.#attempt.id,
      service,
      method: this.#method.id,
      principal,
      sid: signedIn.identity.sid,
      tokens: tokensOf(signedIn),
      tokenSet: accessTokens.length > 0 ? signedIn.tokens : null,
      address: this.#answer.address,
      userAgent: this.#answer.userAgent,
      ...lifetimes,
    });
    await this.#end(ALLOWED, [...created.changes, binding]);
    const { id, path: returnTo } = this.#attempt;
    return {
      outcome: 'allowed',
      id,
      service,
      returnTo,
      cookie: created.cookie,
      clear: this.#clear(),
    };
  }

  async #refuse({ ending }: Refusal): Promise<SignInOutcome> {
    await this.#end(ending, []);
    const { id, service, path, correlationId } = this.#attempt;
    const { outcome, code, message, denial, actor } = ending;
    return {
      outcome: outcome === 'denied' ? 'denied' : 'failed',
      id,
      service,
      returnTo: service ? path : null,
      code: code ?? 'SERVER_INTERNAL',
      message,
      ...(denial === null ? {} : { denial }),
      actor,
      advice: adviceOf(ending),
      adminConsentUrl: wantsConsent(ending) ? this.#method.adminConsentUrl : null,
      correlationId,
      clear: service ? this.#clear() : null,
    };
  }

  async #sendAgain({ begun }: OneMoreRound): Promise<SignInOutcome> {
    await this.#end(CHALLENGED, []);
    return { outcome: 'challenged', id: this.#attempt.id, begun, clear: this.#clear() };
  }

  async #end(ending: Ending, changes: readonly Change[]): Promise<void> {
    const record = this.#attempt.record(ending);
    // An answer that belongs to no sign-in leaves a line in the log, and nothing that anybody could fill the store with.
    const kept = this.#attempt.service ? [this.#deps.records.put(record)] : [];
    await this.#deps.store.commit([...changes, ...kept]);
    this.#deps.ended(record);
  }

  /** Name of the transaction's cookie. */
  #clear(): string {
    const state = this.#answer.parameters.find(([name]) => name === 'state')?.[1] ?? '';
    return cookieName(state);
  }
}

interface Enriched {
  readonly principal: SessionPrincipal;
  readonly lifetimes: { readonly idleMs?: number; readonly absoluteMs?: number };
}

function tokensOf({ tokens }: FinishedSignIn): readonly TokenMetadata[] {
  return tokens.accessTokens.map(({ resource, scopes, expiresAt }) => ({
    resource,
    scopes,
    expiresAt,
  }));
}
