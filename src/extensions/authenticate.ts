import type { Credentials, Failure, Invocation, Verdict } from '../../sandbox/contract.ts';
import type { Secret } from '../config/secret.ts';
import type { BrokerClients } from './broker/fetch.ts';
import { type InvokeParts, type Invoked, runHook } from './invoke.ts';
import { recordOf } from './judge.ts';
import type { BuiltExtension } from './load.ts';
import type { InvocationRecord } from './record.ts';
import { readVerdict } from './verdict.ts';

/** Credentials, as an extension is asked about them. */
export interface CredentialsSubject {
  readonly told: Omit<Credentials, keyof Invocation | 'password'>;
  readonly password: Secret;
  /** By the proxy of the method. */
  readonly clients: BrokerClients;
}

/** What an extension says of credentials. Exactly one of verdict and failure is there. */
export interface Judgement {
  readonly verdict: Verdict | null;
  readonly failure: Failure | null;
  readonly record: InvocationRecord;
}

/** Nobody is signed in yet: there is nobody's token to give. */
const NO_TOKENS = { token: async (): Promise<undefined> => undefined };

/**
 * Asks an `authenticate` hook. The password leaves the gateway's process here, and here alone: to a runner that holds
 * nothing but this extension. Never rejects.
 */
export async function askAuthenticate(
  extension: BuiltExtension,
  { told, password, clients }: CredentialsSubject,
  parts: InvokeParts,
): Promise<Invoked> {
  return runHook(
    extension,
    {
      hook: 'authenticate',
      told: { ...told, password: password.reveal() },
      attempt: 1,
      idempotencyKey: `${told.id}.${extension.name}.authenticate`,
      signIn: told.id,
      tokens: NO_TOKENS,
      clients,
      confidential: [password],
    },
    parts,
  );
}

/** Reads what an `authenticate` hook returned. A failure is a failure here whatever `on_failure` says: it accepts nobody. */
export function judgeCredentials(
  invoked: Invoked,
  { told: { username }, password }: CredentialsSubject,
): Judgement {
  const { extension, result } = invoked;
  const checked =
    result === null ? null : readVerdict(result, extension.limits, { username, password });
  const failure = checked?.ok === false ? invalid(checked) : invoked.failure;
  const verdict = checked?.ok ? checked.value : null;
  const record = recordOf(invoked, 'authenticate', { decision: null, patch: null, failure });
  const said = verdict === null ? {} : { verdict: verdict.verdict };
  return { verdict, failure, record: { ...record, ...said } };
}

function invalid({ code, message }: { readonly code: string; readonly message: string }): Failure {
  return { kind: 'invalid_result', code, message, frames: [] };
}
