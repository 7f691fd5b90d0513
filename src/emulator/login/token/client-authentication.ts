import { headerOf } from '../../http/request.ts';
import type { Application } from '../../tenant/application.ts';
import type { ClientProof } from '../../tokens/subject.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { verifyAssertion } from './client-assertion.ts';
import { appWords, type TokenRequest } from './token-request.ts';
import type { Platform } from '../../seed.ts';

/** Client id and secret of an `Authorization: Basic` header (RFC 6749 section 2.3.1). */
export interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/** The Basic header of a request; undefined when there is none that can be read. */
export function basicCredentials(authorization: string | undefined): BasicCredentials | undefined {
  const encoded = /^basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id: formDecode(id), secret: formDecode(secret.join(':')) };
}

const formDecode = (text: string): string => new URLSearchParams(`v=${text}`).get('v') ?? '';

/**
 * Checks that the client is who it says: a secret in the form or in a Basic header, or an assertion; none for a client
 * that is public.
 *
 * @param platform Of the redirect URI that the grant came by.
 */
export async function authenticateClient(
  token: TokenRequest,
  platform: Platform,
): Promise<ClientProof | Refusal> {
  const origin = headerOf(token.request, 'origin');
  if (platform === 'spa' && origin === undefined) return refuse(9002327);
  if (platform !== 'spa' && origin !== undefined) return refuse(9002326, { words: { origin } });
  const secret = secretOf(token);
  const assertion = token.field('client_assertion');
  const given = secret !== undefined || assertion !== undefined;
  if (platform !== 'web') return given ? refuse(700025) : '0';
  if (assertion !== undefined) return verifyAssertion(token, assertion);
  return secret === undefined ? refuse(7000218) : checkSecret(token, secret);
}

const secretOf = ({ field, request }: TokenRequest): string | undefined =>
  field('client_secret') ?? basicCredentials(headerOf(request, 'authorization'))?.secret;

/** Any secret of the application that has not expired will do: there are two while one is replaced. */
function checkSecret(token: TokenRequest, given: string): ClientProof | Refusal {
  const now = token.world.time.now();
  const matching = token.app.secrets.filter(({ value }) => value === given);
  if (matching.some(({ expiresAt }) => expiresAt > now)) return '1';
  return refuse(matching.length > 0 ? 7000222 : 7000215, { words: appWords(token) });
}

/** The platform of a client whose grant does not say it: public where nothing could prove it anyway. */
export function usualPlatform(app: Application): Platform {
  const confidential =
    app.secrets.length + app.certificates.length + app.federatedCredentials.length > 0;
  return confidential || !app.publicClient ? 'web' : 'public';
}
