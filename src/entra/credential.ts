import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { toSeconds, type Clock } from '../clock.ts';
import { readClientCertificate, type ClientCertificate } from '../config/client-certificate.ts';
import type { CredentialConfig } from '../config/config.ts';
import type { ConfigFiles } from '../config/config-files.ts';
import { quote } from '../config/document/quote.ts';
import { readFederatedAssertion } from '../config/federated-assertion.ts';
import type { Secret } from '../config/secret.ts';
import type { Parsed, Problem } from '../config/values/parsed.ts';
import { EntraSetupError } from './entra-error.ts';

/** What a credential is made for. */
interface CredentialUse {
  readonly clientId: string;
  /** Audience of an assertion. */
  readonly tokenEndpoint: string;
}

/**
 * How Entrada proves to Entra that it is the application: one way for codes, refresh tokens and app-only tokens. Asked
 * anew for every request, retries included, so that a kind that must not repeat itself does not.
 */
export interface Credential {
  readonly kind: CredentialConfig['kind'];
  /**
   * Form fields of a token request.
   *
   * @throws {EntraSetupError} `ENTRA_CREDENTIAL_UNUSABLE` when a file of it cannot be used.
   */
  parameters(use: CredentialUse): Promise<{ readonly [name: string]: string }>;
}

/** What credentials in files need. */
export interface CredentialParts {
  readonly files: ConfigFiles;
  readonly clock: Clock;
}

/** The credentials of a method, in the order in which they are tried; none when it has none. */
export function createCredentials(
  config: CredentialConfig | null,
  parts: CredentialParts,
): readonly Credential[] {
  if (config === null) return [];
  if (config.kind === 'password') return config.passwords.map(passwordCredential);
  return [
    config.kind === 'certificate'
      ? certificateCredential(config, parts)
      : federatedCredential(config.file, parts),
  ];
}

/**
 * A client secret, sent as `client_secret_post`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-access-token-with-a-client_secret
 */
export function passwordCredential(password: Secret): Credential {
  return {
    kind: 'password',
    parameters: async () => ({ client_secret: password.reveal() }),
  };
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const assertionFields = (assertion: string): { readonly [name: string]: string } => ({
  client_assertion_type: ASSERTION_TYPE,
  client_assertion: assertion,
});

/** Entra takes assertions of up to ten minutes. Unit: seconds. */
const ASSERTION_SECONDS = 300;

/** A certificate that was replaced counts so much later at the most. Unit: milliseconds. */
const REREAD_MS = 60_000;

/**
 * A certificate: an assertion signed with its key, a new one for each request.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-3
 * @see https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
function certificateCredential(
  paths: Extract<CredentialConfig, { kind: 'certificate' }>,
  { files, clock }: CredentialParts,
): Credential {
  let held: { readonly pair: ClientCertificate; readonly at: number } | undefined;

  /** Two files are not replaced in one moment: while they do not fit together, the pair from before goes on. */
  function read(): ClientCertificate {
    if (held !== undefined && clock() - held.at < REREAD_MS) return held.pair;
    const found = readClientCertificate(files, paths);
    const pair = found.ok || held === undefined ? valueOf(found) : held.pair;
    held = { pair, at: clock() };
    return pair;
  }

  return {
    kind: 'certificate',
    parameters: async (use) => assertionFields(await signAssertion(read(), use, clock)),
  };
}

async function signAssertion(
  { certificate, key }: ClientCertificate,
  { clientId, tokenEndpoint }: CredentialUse,
  clock: Clock,
): Promise<string> {
  const now = toSeconds(clock());
  const thumbprint = createHash('sha256').update(certificate.raw).digest('base64url');
  return new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenEndpoint)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(key);
}

/**
 * A token of another issuer, as the file has it at this moment.
 *
 * @see https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
function federatedCredential(file: string, { files }: CredentialParts): Credential {
  return {
    kind: 'federated-assertion',
    parameters: async () => assertionFields(valueOf(readFederatedAssertion(files, file)).reveal()),
  };
}

function valueOf<Value>(found: Parsed<Value>): Value {
  if (found.ok) return found.value;
  throw unusable(found.problem);
}

function unusable({ says, part = '', next }: Problem): EntraSetupError {
  return new EntraSetupError('ENTRA_CREDENTIAL_UNUSABLE', says(quote(part)), {
    actor: 'operator',
    next: next ?? 'Look at the files that the credential of the method names.',
  });
}
