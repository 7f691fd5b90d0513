import { CLAIM_TAMPERINGS, type TokenScene } from '../tamper/claims.ts';
import { SHAPE_TAMPERINGS } from '../tamper/shapes.ts';
import { SIGNATURE_TAMPERINGS } from '../tamper/signatures.ts';
import type { World } from '../world.ts';
import { type IdTokenBinding, idTokenClaims } from './id-token.ts';
import { signToken } from './sign.ts';
import type { Subject } from './subject.ts';

/** Nonce of the newest ID token of an application, for the lie that uses it again. */
const newestNonce = new WeakMap<object, string>();

/**
 * Makes and signs an ID token, with the lies that are switched on: about claims, then about the signature, then about
 * its form. An application with claims mapping has a key of its own.
 */
export async function issueIdToken(
  world: World,
  subject: Subject,
  binding: IdTokenBinding,
): Promise<string> {
  const { app, tenant } = subject;
  const { channel } = binding;
  const scene: TokenScene = { world, subject, earlierNonce: newestNonce.get(app) ?? 'none' };
  if (binding.nonce !== undefined) newestNonce.set(app, binding.nonce);
  const key = await world.keys.current(app.ownSigningKey ? app.appId : undefined);
  const header = { typ: 'JWT', alg: 'RS256', kid: key.kid };
  let claims = idTokenClaims(world, subject, binding);
  for (const edit of tenant.tampering.pick(CLAIM_TAMPERINGS, channel)) claims = edit(claims, scene);
  const draft = { key, header, claims };
  const sign = tenant.tampering.pick(SIGNATURE_TAMPERINGS, channel).at(-1);
  let token = await (sign?.(draft, scene) ?? signToken(key, header, claims));
  for (const shape of tenant.tampering.pick(SHAPE_TAMPERINGS, channel))
    token = await shape(token, draft, scene);
  return token;
}
