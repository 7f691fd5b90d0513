import type { Accept, Failure, Verdict } from '../../sandbox/contract.ts';
import type { ExtensionMethodConfig } from '../config/config.ts';
import type { CredentialsSubject, Judgement } from '../extensions/authenticate.ts';
import { vouchedPrincipal } from '../principal/principal.ts';
import { Attempt } from './attempt.ts';
import { allowedOutcome, Conclusion, refusedOutcome, type Vouched } from './conclusion.ts';
import { OneMoreRound, Refusal } from './ending.ts';
import type { SignInFlowDeps } from './sign-in-flow.ts';
import type { PasswordSignIn, SignInOutcome } from './sign-in.ts';

/** A method that vouches, with what it says. */
interface Accepted {
  readonly method: ExtensionMethodConfig;
  readonly accept: Accept;
}

/**
 * A sign-in by username and password: methods of the chain are asked in order. The first that accepts vouches, the first
 * that rejects or fails ends it; when all say `next`, nobody knows the person.
 */
export class ByPassword {
  readonly #deps: SignInFlowDeps;
  readonly #request: PasswordSignIn;
  readonly #methods: readonly ExtensionMethodConfig[];
  readonly #attempt: Attempt;
  readonly #conclusion: Conclusion;

  constructor(deps: SignInFlowDeps, request: PasswordSignIn) {
    const methods = passwordMethods(deps.config, request.service);
    const [first] = methods;
    if (!first) throw new TypeError('the server offers a form only where a method takes it');
    this.#deps = deps;
    this.#request = request;
    this.#methods = methods;
    this.#attempt = new Attempt(deps.clock, request, first);
    this.#attempt.belongsTo(request.service, request.returnTo);
    this.#conclusion = new Conclusion(deps, this.#attempt, request);
  }

  async run(): Promise<SignInOutcome> {
    const accepted = await this.#attempt.step('authenticate', () => this.#ask());
    if (accepted instanceof Refusal) return this.#refuse(accepted);
    const vouched = this.#vouchedFor(accepted);
    if (vouched instanceof Refusal) return this.#refuse(vouched);
    const concluded = await this.#conclusion.run(vouched);
    if (concluded instanceof Refusal) return this.#refuse(concluded);
    if (concluded instanceof OneMoreRound) throw new TypeError('there are no rounds without Entra');
    return allowedOutcome(this.#attempt, concluded, null);
  }

  async #ask(): Promise<Accepted | Refusal> {
    for (const method of this.#methods) {
      this.#attempt.turnedTo(method);
      // oxlint-disable-next-line no-await-in-loop -- the next method is asked only when this one does not know the person
      const said = await this.#askOne(method);
      if (said !== 'next') return said;
    }
    return new Refusal('denied', 'SIGN_IN_REJECTED', {
      reason: 'no method of the chain knows the person',
    });
  }

  async #askOne(method: ExtensionMethodConfig): Promise<Accepted | Refusal | 'next'> {
    const before = performance.now();
    const judgement = await this.#deps.extensions?.authenticate(
      method.extension,
      this.#subjectOf(method),
    );
    const verdict = judgement?.verdict ?? null;
    const failure = judgement ? judgement.failure : NOT_RUNNING;
    if (judgement) this.#attempt.ran([judgement.record]);
    this.#attempt.judged(recorded(verdict, failure), performance.now() - before);
    if (failure || !verdict) return this.#failed(method, failure);
    return this.#answer(method, verdict);
  }

  #subjectOf({ id, type, name }: ExtensionMethodConfig): CredentialsSubject {
    const { service, returnTo, username, password, address, userAgent } = this.#request;
    return {
      told: {
        id: this.#attempt.id,
        username,
        method: { id, type, name },
        service: { type: service.type, path: service.path },
        request: { address, userAgent, path: returnTo },
      },
      password,
      clients: this.#deps.clients(id),
    };
  }

  #answer(method: ExtensionMethodConfig, verdict: Verdict): Accepted | Refusal | 'next' {
    if (verdict.verdict === 'next') return 'next';
    if (verdict.verdict === 'accept') return { method, accept: verdict };
    const { code, reason = code } = verdict;
    return new Refusal('denied', 'SIGN_IN_REJECTED', { reason: `${method.extension}: ${reason}` });
  }

  #failed({ extension }: ExtensionMethodConfig, failure: Failure | null): Refusal {
    const reason = failure
      ? `${extension}: ${failure.kind} ${failure.code}: ${failure.message}`
      : `${extension}: said nothing`;
    return new Refusal('failed', 'SIGN_IN_EXTENSION_FAILED', { reason });
  }

  #vouchedFor({ method, accept }: Accepted): Vouched | Refusal {
    const { username } = this.#request;
    const built = vouchedPrincipal(accept, username, method, this.#deps.config);
    if (!built.ok) return new Refusal('denied', built.code, { reason: built.why });
    this.#attempt.recognised(built.principal, built.groups);
    return {
      principal: built.principal,
      tokens: { token: async () => undefined },
      metadata: [],
      tokenSet: null,
      sid: null,
      challenge: async () =>
        new Refusal('denied', 'SIGN_IN_CHALLENGE_UNMET', {
          reason: 'a challenge needs Entra, and this method is another one',
        }),
    };
  }

  async #refuse({ ending }: Refusal): Promise<SignInOutcome> {
    await this.#conclusion.end(ending, []);
    return refusedOutcome(this.#attempt, ending, { clear: null, adminConsentUrl: null });
  }
}

/** With `--extensions=off`, a method that is one answers nobody. */
const NOT_RUNNING: Failure = {
  kind: 'unavailable',
  code: 'EXTENSION_OFF',
  message: 'the extension does not run',
  frames: [],
};

/** The methods of a service that take a username and a password, in its order. */
function passwordMethods(
  { authentications }: SignInFlowDeps['config'],
  { authentications: ids }: PasswordSignIn['service'],
): readonly ExtensionMethodConfig[] {
  const chain = ids.length === 0 ? authentications.map(({ id }) => id) : ids;
  return chain
    .flatMap((id) => authentications.find((method) => method.id === id) ?? [])
    .filter((method) => method.type === 'extension');
}

function recorded(
  verdict: Verdict | null,
  failure: Judgement['failure'],
): Parameters<Attempt['judged']>[0] {
  if (verdict?.verdict === 'accept') return { verdict: 'accept', code: null, message: null };
  if (verdict?.verdict === 'next') return { verdict: 'next', code: null, message: null };
  if (verdict?.verdict === 'reject') {
    return { verdict: 'reject', code: verdict.code, message: verdict.reason ?? null };
  }
  const { code = 'VERDICT_MISSING', message = null } = failure ?? {};
  return { verdict: 'reject', code, message };
}
