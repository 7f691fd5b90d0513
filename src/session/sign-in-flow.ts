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
import { buildPrincipal } from '../principal/principal.ts';
import type { Store } from '../store/store.ts';
import { Attempt } from './attempt.ts';
import { allowedOutcome, Conclusion, refusedOutcome, type Vouched } from './conclusion.ts';
import { CHALLENGED, OneMoreRound, Refusal, refusalBy } from './ending.ts';
import { heldTokens } from './held-tokens.ts';
import { ByPassword } from './by-password.ts';
import type { Outbox } from './outbox.ts';
import type { SignInRecord } from './record.ts';
import type { SignInRecords } from './records.ts';
import type { Session } from './session.ts';
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
  readonly extensions: Pick<ExtensionHost, 'authenticate' | 'decide' | 'enrich'> | null;
  /** How the requests of extensions leave, by id of the method. */
  readonly clients: (method: string) => BrokerClients;
  readonly sessions: Sessions;
  readonly records: SignInRecords;
  readonly store: Store;
  readonly clock: Clock;
  /** Where is written down what extensions are told of it. Left out: they are told nothing. */
  readonly outbox?: Outbox | undefined;
  /** Hears of every sign-in that ended, after its record was kept. */
  readonly ended: (record: SignInRecord) => void;
}

/** The way of a sign-in: method, principal, extensions, session. */
export function createSignInFlow(deps: SignInFlowDeps): SignInFlow {
  return {
    begin: (request) => begin(request, deps),
    finish: (answer) => new Finish(deps, answer).run(),
    authenticate: (request) => new ByPassword(deps, request).run(),
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
  readonly #conclusion: Conclusion;

  constructor(deps: SignInFlowDeps, answer: SignInAnswer) {
    const method = deps.methods.get(answer.method);
    if (!method) throw new TypeError('the server routes only answers to methods that exist');
    this.#deps = deps;
    this.#answer = answer;
    this.#method = method;
    this.#attempt = new Attempt(deps.clock, answer, method);
    this.#conclusion = new Conclusion(deps, this.#attempt, answer);
  }

  async run(): Promise<SignInOutcome> {
    const signedIn = await this.#authenticate();
    if (signedIn instanceof OneMoreRound) return this.#sendAgain(signedIn);
    if (signedIn instanceof Refusal) return this.#refuse(signedIn);
    const principal = this.#recognise(signedIn);
    if (principal instanceof Refusal) return this.#refuse(principal);
    const concluded = await this.#conclusion.run(this.#vouchedFor(signedIn, principal));
    if (concluded instanceof Refusal) return this.#refuse(concluded);
    if (concluded instanceof OneMoreRound) return this.#sendAgain(concluded);
    return allowedOutcome(this.#attempt, concluded, this.#clear());
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
    if (found?.type !== 'entra-id') throw new TypeError('a method without a configuration');
    return found;
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

  #vouchedFor(signedIn: FinishedSignIn, principal: Principal): Vouched {
    const { tokens, identity } = signedIn;
    return {
      principal,
      tokens: heldTokens(tokens),
      metadata: tokensOf(signedIn),
      tokenSet: tokens.accessTokens.length > 0 ? tokens : null,
      sid: identity.sid,
      challenge: (challenge) => this.#challenge(challenge, signedIn),
    };
  }

  async #refuse({ ending }: Refusal): Promise<SignInOutcome> {
    await this.#conclusion.end(ending, []);
    const clear = this.#attempt.service ? this.#clear() : null;
    const { adminConsentUrl } = this.#method;
    return refusedOutcome(this.#attempt, ending, { clear, adminConsentUrl });
  }

  async #sendAgain({ begun }: OneMoreRound): Promise<SignInOutcome> {
    await this.#conclusion.end(CHALLENGED, []);
    return { outcome: 'challenged', id: this.#attempt.id, begun, clear: this.#clear() };
  }

  /** Name of the transaction's cookie. */
  #clear(): string {
    const state = this.#answer.parameters.find(([name]) => name === 'state')?.[1] ?? '';
    return cookieName(state);
  }
}

function tokensOf({ tokens }: FinishedSignIn): readonly TokenMetadata[] {
  return tokens.accessTokens.map(({ resource, scopes, expiresAt }) => ({
    resource,
    scopes,
    expiresAt,
  }));
}
