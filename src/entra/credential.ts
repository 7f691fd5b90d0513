import type { Secret } from '../config/secret.ts';

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
  readonly kind: 'password';
  /** Form fields of a token request. */
  parameters(use: CredentialUse): Promise<{ readonly [name: string]: string }>;
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
