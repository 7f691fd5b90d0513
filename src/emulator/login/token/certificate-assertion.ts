import type { JWTPayload } from 'jose';
import type { ClientCertificate } from '../../tenant/credentials.ts';
import { issuerOf } from '../../tokens/id-token.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { isSignedBy, type ReadAssertion, refuseTime } from './read-assertion.ts';
import type { TokenRequest } from './token-request.ts';

/** Checks an assertion that the client signed with a key of its own. */
export async function verifyOwnAssertion(
  token: TokenRequest,
  assertion: ReadAssertion,
): Promise<Refusal | undefined> {
  const { payload } = assertion;
  const { appId } = token.app;
  if (payload.iss !== appId || payload.sub !== appId) return refuse(700021);
  const certificate = certificateOf(token, assertion);
  if (certificate === undefined) return unknownKey(assertion, 'The key was not found');
  if (certificate.expiresAt <= token.world.time.now())
    return refuse(700030, { words: { app: appId } });
  if (!(await isSignedBy(assertion, certificate))) {
    return unknownKey(assertion, 'Client assertion contains an invalid signature');
  }
  return refuseTime(token, payload) ?? refuseAudience(token, payload);
}

function certificateOf(
  token: TokenRequest,
  { header }: ReadAssertion,
): ClientCertificate | undefined {
  const sha256 = header['x5t#S256'];
  return token.app.certificates.find((certificate) =>
    sha256 === undefined ? certificate.sha1 === header['x5t'] : certificate.sha256 === sha256,
  );
}

const unknownKey = ({ header }: ReadAssertion, reason: string): Refusal => {
  const thumbprint = header['x5t#S256'] ?? header['x5t'];
  return refuse(700027, {
    words: { reason, thumbprint: typeof thumbprint === 'string' ? thumbprint : '' },
  });
};

/** The audience is the token endpoint; the issuer is accepted too. */
function refuseAudience(token: TokenRequest, { aud }: JWTPayload): Refusal | undefined {
  const { world, tenant, segment } = token;
  const base = world.addresses.login;
  const accepted = [tenant.id, segment].flatMap((name) => [
    `${base}/${name}/oauth2/v2.0/token`,
    `${base}/${name}/oauth2/token`,
    `${base}/${name}/v2.0`,
  ]);
  const given = [aud ?? []].flat();
  if (given.some((audience) => accepted.includes(audience))) return undefined;
  const words = { expected: issuerOf(world, tenant.id), audience: given.join(' ') };
  return refuse(700023, { words });
}
