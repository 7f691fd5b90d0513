import { isEntradaError } from '../errors.ts';
import { createBudget } from './budget.ts';
import { EntraError, type EntraResponseError, type KnownSignIn } from './entra-error.ts';
import type { Plan } from './flow.ts';
import type { Metadata } from './metadata.ts';
import type { Cached } from './cached.ts';
import {
  checkError,
  checkIssuer,
  readParameters,
  readResponse,
  refused,
  statesOf,
  type AuthorizationAnswer,
  type Parameters,
} from './response.ts';
import { signIn, type SignedIn, type SignInParts } from './sign-in.ts';
import {
  isFromSameBrowser,
  takeTransaction,
  type Transaction,
  type TransactionParts,
} from './transaction.ts';

/** A sign-in that passed every check. */
export interface FinishedSignIn extends SignedIn {
  /** Key of the service, as it was given to `begin`. */
  readonly service: string;
  readonly returnTo: string;
  /** True for the second round of a challenge: it must not be challenged again. */
  readonly challenged: boolean;
  /** The `client-request-id` under which Entra logged the sign-in. */
  readonly correlationId: string;
}

export interface FinishParts extends SignInParts, TransactionParts {
  /** Id of the method. */
  readonly method: string;
  readonly generation: string;
  readonly metadata: Cached<Metadata>;
  /** What was asked for by a transaction. */
  planFor(transaction: Transaction): Plan;
}

/**
 * From the tenant's answer to the person: takes the transaction, whatever happens then; checks the answer, verifies the
 * ID token, redeems the code, reads the groups.
 *
 * @throws {EntraError} By one of its subclasses; with what is known of the sign-in once its cookie matched.
 */
export async function finishSignIn(
  answer: AuthorizationAnswer,
  parts: FinishParts,
): Promise<FinishedSignIn> {
  const { transaction, parameters } = await claimTransaction(answer, parts);
  const { service, returnTo, correlationId } = transaction;
  const known: KnownSignIn = { service, returnTo, challenged: transaction.challenge !== null };
  try {
    checkAge(transaction, parts);
    checkMethod(transaction, answer, parts);
    const signedIn = await readAnswer(transaction, parameters, answer, parts);
    return { ...known, ...signedIn, correlationId };
  } catch (error) {
    throw error instanceof EntraError ? error.about(known, correlationId) : error;
  }
}

/** Only after this is anything told of the sign-in: before, the answer could be anybody's. */
async function claimTransaction(
  answer: AuthorizationAnswer,
  parts: FinishParts,
): Promise<{ readonly transaction: Transaction; readonly parameters: Parameters }> {
  const states = statesOf(answer);
  const [transaction] = await Promise.all(states.map((state) => takeReadable(state, parts)));
  const parameters = readParameters(answer);
  const { state } = parameters;
  if (state === undefined) throw refused('ENTRA_STATE_MISSING', 'the answer has no state');
  if (transaction === undefined) {
    throw refused('ENTRA_STATE_UNKNOWN', 'the answer’s state is of no pending sign-in');
  }
  if (!isFromSameBrowser(transaction, state, answer.cookies)) {
    // The cookie ends soon after the time does: who comes back without it mostly comes late.
    checkAge(transaction, parts);
    throw otherBrowser();
  }
  return { transaction, parameters };
}

/** A key that sealed it may have been taken out of the configuration meanwhile: who begins again gets the new one. */
async function takeReadable(state: string, parts: FinishParts): Promise<Transaction | undefined> {
  try {
    return await takeTransaction(state, parts);
  } catch (cause) {
    if (!isEntradaError(cause, 'STORE_UNREADABLE')) throw cause;
    const message = 'the key that sealed the sign-in is no longer configured';
    throw refused('ENTRA_CONFIGURATION_CHANGED', message, { cause });
  }
}

const otherBrowser = (): EntraResponseError =>
  refused('ENTRA_OTHER_BROWSER', 'the cookie of the sign-in is missing or another one', {
    next: 'Allow cookies for this site, then sign in again in one browser.',
  });

/** By the gateway's own clock: Entra sets the times of its tokens back. */
function checkAge({ begunAt }: Transaction, { channel, limits }: FinishParts): void {
  const ageMs = channel.clock() - begunAt;
  // A clock that was set back makes an age negative; by as much as that it proves nothing either.
  if (Math.abs(ageMs) > limits.signInMs) {
    throw refused('ENTRA_TOO_LATE', `the answer came after ${Math.round(ageMs / 1000)} s`);
  }
}

function checkMethod(
  { method, generation }: Transaction,
  answer: AuthorizationAnswer,
  parts: FinishParts,
): void {
  if (method !== parts.method || answer.method !== parts.method) {
    throw refused('ENTRA_OTHER_METHOD', 'the answer came to another method than began');
  }
  if (generation !== parts.generation) {
    throw refused('ENTRA_CONFIGURATION_CHANGED', 'the method was reconfigured meanwhile');
  }
}

async function readAnswer(
  transaction: Transaction,
  parameters: Parameters,
  answer: AuthorizationAnswer,
  parts: FinishParts,
): Promise<SignedIn> {
  const budget = createBudget(parts.channel.clock, parts.limits);
  const metadata = await budget.within(parts.metadata.get());
  checkIssuer(parameters, metadata);
  checkError(parameters);
  const response = readResponse(parameters, answer.transport, transaction.responseType);
  const plan = parts.planFor(transaction);
  return signIn(response, { ...parts, transaction, plan, metadata, budget });
}
