import type { World } from '../world.ts';
import { type IdTokenBinding, idTokenClaims } from './id-token.ts';
import { signToken } from './sign.ts';
import type { Subject } from './subject.ts';

/** Makes and signs an ID token; an application with claims mapping has a key of its own. */
export async function issueIdToken(
  world: World,
  subject: Subject,
  binding: IdTokenBinding,
): Promise<string> {
  const { app } = subject;
  const key = await world.keys.current(app.ownSigningKey ? app.appId : undefined);
  const header = { typ: 'JWT', alg: 'RS256', kid: key.kid };
  return signToken(key, header, idTokenClaims(world, subject, binding));
}
